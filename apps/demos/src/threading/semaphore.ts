import {
  currentThread,
  Lock,
  Semaphore,
  SharedArray,
  sleepSync,
  Thread,
} from '@prac/sync';
import { timedLogging as logging } from '../logging.ts';

class ActivePool {
  // Threads share no objects, but lock and slots are shared memory.
  readonly lock = new Lock();
  // A slot for each name (names are small numbers): 1 if it is active.
  readonly slots = new SharedArray('b', 4);

  makeActive(name: string): void {
    this.lock.withSync(() => {
      this.slots.set(Number(name), 1);
      logging.debug('Running:', this.names());
    });
  }

  makeInactive(name: string): void {
    this.lock.withSync(() => {
      this.slots.set(Number(name), 0);
      logging.debug('Running:', this.names());
    });
  }

  names(): string[] {
    const names = ['0', '1', '2', '3'];
    return names.filter((name) => this.slots.at(Number(name)) === 1);
  }
}

function worker(semaphore: Semaphore, pool: ActivePool): void {
  logging.debug('Waiting to join the pool');
  semaphore.withSync(() => {
    const { name } = currentThread();
    pool.makeActive(name);
    sleepSync(0.5);
    pool.makeInactive(name);
  });
}

const pool = new ActivePool();
const semaphore = new Semaphore(2);
for (const name of ['0', '1', '2', '3']) {
  new Thread({ target: worker, name, args: [semaphore, pool] }).start();
}
