import type { Waitable } from '@prac/park';

/** Something that changes in this thread only, for who waits for it here: all of them look again. */
export class Changes implements Waitable {
  readonly blocker = null;
  readonly #callbacks = new Set<() => void>();

  watch(callback: () => void): void {
    this.#callbacks.add(callback);
  }

  unwatch(callback: () => void): void {
    this.#callbacks.delete(callback);
  }

  /** Those who wait look again, in a microtask. */
  tell(): void {
    if (this.#callbacks.size > 0) queueMicrotask(this.#call);
  }

  readonly #call = (): void => {
    for (const callback of [...this.#callbacks]) if (this.#callbacks.has(callback)) callback();
  };
}
