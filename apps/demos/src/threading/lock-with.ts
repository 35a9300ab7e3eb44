import { Lock, Thread } from '@prac/sync';
import { logging } from '../logging.ts';

function managed(lock: Lock): void {
  lock.withSync(() => {
    logging.debug('Lock acquired via with');
  });
}

function explicit(lock: Lock): void {
  lock.acquireSync();
  try {
    logging.debug('Lock acquired directly');
  } finally {
    lock.release();
  }
}

const lock = new Lock();
for (const target of [managed, explicit]) {
  new Thread({ target, args: [lock] }).start();
}
