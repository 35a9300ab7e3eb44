import { Lock, sleepSync, Thread } from '@prac/sync';
import { logging } from '../logging.ts';

function holder(lock: Lock): void {
  logging.debug('Starting');
  while (true) {
    lock.acquireSync();
    try {
      logging.debug('Holding');
      sleepSync(0.5);
    } finally {
      logging.debug('Not holding');
      lock.release();
    }
    sleepSync(0.5);
  }
}

function worker(lock: Lock): void {
  logging.debug('Starting');
  let tries = 0;
  let acquired = 0;
  while (acquired < 3) {
    sleepSync(0.4);
    logging.debug('Trying to acquire');
    tries += 1;
    if (lock.tryAcquire()) {
      try {
        logging.debug('Iteration %d: Acquired', tries);
        acquired += 1;
      } finally {
        lock.release();
      }
    } else {
      logging.debug('Iteration %d: Not acquired', tries);
    }
  }
  logging.debug('Done after %d iterations', tries);
}

const lock = new Lock();
new Thread({
  target: holder,
  args: [lock],
  name: 'LockHolder',
  daemon: true,
}).start();
new Thread({ target: worker, args: [lock], name: 'Worker' }).start();
