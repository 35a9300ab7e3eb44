import { type BoundedSemaphore, type RLock, type SharedValue, Thread } from '@prac/sync';

/** CPython's TestThread: runs with some others at once, and remembers how many they were. */
export class Task extends Thread {
  readonly semaphore: BoundedSemaphore;
  readonly mutex: RLock;
  readonly running: SharedValue<'i'>;
  most: number = -1;

  constructor(name: string, semaphore: BoundedSemaphore, mutex: RLock, running: SharedValue<'i'>) {
    super({ name });
    this.semaphore = semaphore;
    this.mutex = mutex;
    this.running = running;
  }

  override run(): void {
    this.semaphore.withSync(() => {
      this.mutex.withSync(() => {
        this.most = ++this.running.value;
      });
      this.mutex.withSync(() => {
        this.running.value--;
      });
    });
  }
}
