import { RuntimeError } from '@prac/exceptions';
import type { Kernel } from './kernel.ts';
import { block, type Steps, suspend } from './waiting.ts';

/** Runs the operations on one stream one after another, in the order of the calls. */
export class Sequence {
  readonly #kernel: Kernel;
  #last: Promise<unknown> | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  run<T>(steps: () => Steps<T>, signal?: AbortSignal | null): Promise<T> {
    const before = this.#last;
    const result = before === undefined ? suspend(steps(), signal) : before.then(() => suspend(steps(), signal));
    const settled: Promise<void> = result.then(
      () => this.#leave(settled),
      () => this.#leave(settled),
    );
    this.#last = settled;
    return result;
  }

  #leave(mine: Promise<void>): void {
    if (this.#last === mine) this.#last = undefined;
  }

  /** @throws {RuntimeError} while an asynchronous operation is under way. */
  runSync<T>(steps: () => Steps<T>): T {
    this.refuseIfBusy();
    return block(steps(), this.#kernel);
  }

  get busy(): boolean {
    return this.#last !== undefined;
  }

  refuseIfBusy(): void {
    if (this.busy) throw new RuntimeError('another operation on this stream has not ended (was its promise awaited?)');
  }
}
