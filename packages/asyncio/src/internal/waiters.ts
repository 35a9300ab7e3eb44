import { type Future, Wait } from '../future.ts';
import { suspendOn } from './abort.ts';

/** Those who wait for a lock, a queue and the like, in the order in which they came. */
export class Waiters {
  readonly #futures: Future<void>[] = [];

  get size(): number {
    return this.#futures.length;
  }

  get first(): Future<void> | undefined {
    return this.#futures[0];
  }

  /** Whether one of them has not been cancelled. */
  get hasLiving(): boolean {
    return this.#futures.some((future) => !future.cancelled());
  }

  /** Waits until it is woken. @throws {CancelledError}, or the signal's reason. */
  async wait(signal: AbortSignal | undefined, future: Future<void> = new Wait()): Promise<void> {
    this.#futures.push(future);
    try {
      await suspendOn(future, signal);
    } finally {
      this.leave(future);
    }
  }

  /** The same in two parts, of which the second is for sure: for who is an async function already. */
  enter(): Future<void> {
    const future = new Wait();
    this.#futures.push(future);
    return future;
  }

  leave(future: Future<void>): void {
    if (this.#futures[0] === future) this.#futures.shift();
    else this.#futures.splice(this.#futures.indexOf(future), 1);
  }

  /** Wakes the first that is not awake. `false` if there is none. */
  wakeOne(): boolean {
    for (const future of this.#futures)
      if (!future.done()) {
        future.setResult();
        return true;
      }
    return false;
  }

  wakeAll(): void {
    for (const future of this.#futures) if (!future.done()) future.setResult();
  }

  /** What Python says of them. */
  get text(): string[] {
    return this.size === 0 ? [] : [`waiters:${this.size}`];
  }
}
