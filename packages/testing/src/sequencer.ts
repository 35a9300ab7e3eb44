/**
 * Puts steps of several tasks into one order: turn `n` begins when turns 0 to `n - 1` have ended.
 *
 * For tests that must see one particular interleaving, without sleeping. Modelled on trio's `Sequencer`.
 *
 * @example
 * import { Sequencer } from '@prac/testing';
 * const sequencer = new Sequencer();
 * const seen: string[] = [];
 * await Promise.all([
 *   sequencer.at(1, () => seen.push('second')),
 *   sequencer.at(0, () => seen.push('first')),
 * ]);
 * console.log(seen.join(' ')); // first second
 */
export class Sequencer {
  readonly #turns: PromiseWithResolvers<void>[] = [];
  readonly #taken = new Set<number>();

  /**
   * Runs a step at its turn.
   *
   * @param turn - Its place, from 0; each is used once.
   * @param step - What to do; the turn ends when it has returned, resolved or thrown.
   * @returns What `step` returned.
   * @throws {Error} if the turn was used before, or its predecessors take longer than 10 seconds.
   */
  async at<T>(turn: number, step: () => T | Promise<T>): Promise<T> {
    if (this.#taken.has(turn)) throw new Error(`Turn ${turn} is used twice`);
    this.#taken.add(turn);
    for (let before = 0; before < turn; before++) await this.#within(before, turn);
    try {
      return await step();
    } finally {
      this.#end(turn).resolve();
    }
  }

  #end(turn: number): PromiseWithResolvers<void> {
    this.#turns[turn] ??= Promise.withResolvers<void>();
    return this.#turns[turn];
  }

  async #within(before: number, turn: number): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => late.reject(new Error(`Turn ${turn} waits in vain for turn ${before}`)), 10_000);
    try {
      await Promise.race([this.#end(before).promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }
}
