import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';

/** Options of {@link waitUntil}. */
export interface WaitUntilOptions {
  /** Time limit in seconds. @defaultValue 10 */
  readonly within?: number;
  /** What there is instead, for the error's text. */
  readonly state?: () => unknown;
}

/**
 * Waits until something is the case.
 *
 * The fact is asked for again and again, first at every turn of the loop, then every few milliseconds. Time only ends the wait
 * with an error; it never decides that something has happened.
 *
 * @param fact - Answers something truthy when it is the case; may be async. What it throws ends the wait.
 * @param options - Time limit.
 * @returns What `fact` answered.
 * @throws {Error} if the time limit passes first; the text quotes `fact`.
 * @example
 * import { waitUntil } from '@prac/testing';
 * let arrived = false;
 * setImmediate(() => { arrived = true; });
 * await waitUntil(() => arrived);
 */
export async function waitUntil<T>(
  fact: () => T | Promise<T>,
  { within = 10, state }: WaitUntilOptions = {},
): Promise<Exclude<Awaited<T>, false | 0 | '' | null | undefined>> {
  const deadline = performance.now() + within * 1000;
  for (let turn = 0; ; turn++) {
    const answer = await fact();
    if (answer) return answer as Exclude<Awaited<T>, false | 0 | '' | null | undefined>;
    if (performance.now() >= deadline)
      throw new Error(`Not the case within ${within} s: ${fact}${state === undefined ? '' : `; ${inspect(state())}`}`);
    await (turn < 50 ? nextTurn() : pause(Math.min(turn - 49, 10)));
  }
}
