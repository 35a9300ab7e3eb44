import {
  enumerate,
  Lock,
  mainThread,
  SharedValue,
  sleepSync,
  Thread,
} from '@prac/sync';
import { logging } from '../logging.ts';

class Counter {
  readonly lock = new Lock();
  // Threads share no objects, but lock and number are shared memory.
  readonly number = new SharedValue('i', 0);

  increment(): void {
    logging.debug('Waiting for lock');
    this.lock.acquireSync();
    try {
      logging.debug('Acquired lock');
      this.number.value += 1;
    } finally {
      this.lock.release();
    }
  }
}

function worker(counter: Counter): void {
  for (let i = 0; i < 2; i += 1) {
    const pause = Math.random();
    logging.debug('Sleeping %s', pause.toFixed(2));
    sleepSync(pause);
    counter.increment();
  }
  logging.debug('Done');
}

const counter = new Counter();
for (let i = 0; i < 2; i += 1) {
  new Thread({ target: worker, args: [counter] }).start();
}

logging.debug('Waiting for worker threads');
for (const thread of enumerate()) {
  if (thread !== mainThread()) await thread.join();
}
logging.debug('Counter: %d', counter.number.value);
