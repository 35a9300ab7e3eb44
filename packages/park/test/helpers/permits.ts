import { block, deadlineAfter, notify, now, type Steps, type SuspendOptions, suspend, Word } from '@prac/park';

const PERMITS = 0;
const WAITERS = 1;

/** A counting semaphore, the smallest thing that parks. */
export class Permits {
  readonly words: Int32Array;

  constructor(permits: number | SharedArrayBuffer) {
    if (typeof permits === 'number') {
      this.words = new Int32Array(new SharedArrayBuffer(64));
      this.words[PERMITS] = permits;
    } else this.words = new Int32Array(permits);
  }

  get memory(): SharedArrayBuffer {
    return this.words.buffer as SharedArrayBuffer;
  }

  get value(): number {
    return Atomics.load(this.words, PERMITS);
  }

  get waiters(): number {
    return Atomics.load(this.words, WAITERS);
  }

  tryAcquire(): boolean {
    for (let permits = this.value; permits > 0; permits = this.value) {
      if (Atomics.compareExchange(this.words, PERMITS, permits, permits - 1) === permits) return true;
    }
    return false;
  }

  async acquire(timeout?: number, options?: SuspendOptions): Promise<boolean> {
    return this.tryAcquire() || suspend(this.steps(timeout), options);
  }

  acquireSync(timeout?: number): boolean {
    return this.tryAcquire() || block(this.steps(timeout));
  }

  /** @param taken - Is told in the loop. */
  *steps(timeout?: number, taken?: () => void): Steps<boolean> {
    const deadline = deadlineAfter(timeout);
    const word = new Word(this.words, PERMITS);
    Atomics.add(this.words, WAITERS, 1); // before the permits are looked at: release() sees us, or we see its permit
    try {
      for (;;) {
        if (this.tryAcquire()) {
          taken?.();
          return true;
        }
        if (now() >= deadline) return false;
        yield word.parkWhile(0, deadline);
      }
    } finally {
      Atomics.sub(this.words, WAITERS, 1);
    }
  }

  release(count = 1): void {
    Atomics.add(this.words, PERMITS, count);
    if (this.waiters > 0) notify(this.words, PERMITS, count);
  }
}
