import { getLogger, Lock, logToStderr, Process } from '@prac/pool';

/** Prints out the item that was passed in. */
function printer(item: string | number, lock: Lock): void {
  lock.acquireSync();
  try {
    console.log(item);
  } finally {
    lock.release();
  }
}

const lock = new Lock();
logToStderr();
getLogger().setLevel('INFO');
for (const item of ['tango', 'foxtrot', 10]) {
  new Process({ target: printer, args: [item, lock] }).start();
}
