import { dumps } from './dumps.ts';
import { PicklingError, type Refusal } from './errors.ts';
import { toMessage } from './message.ts';
import { checked } from './pickler.ts';

/** Where a value is to go. */
export interface ExplainOptions {
  /** `'bytes'`: anywhere. `'thread'`: to a thread of this process. @defaultValue 'bytes' */
  readonly target?: 'bytes' | 'thread' | null | undefined;
}

/**
 * Why a value cannot be pickled; `null` if it can. It tries: reducers run.
 *
 * @example
 * import { explain } from '@prac/pickle';
 * console.log(explain({ when: Promise.resolve() }));
 * // { path: 'value.when', reason: 'cannot pickle a Promise object: it is a promise', advice: 'await it first' }
 */
export function explain(value: unknown, options?: ExplainOptions | null): Refusal | null {
  const { target } = checked(options, ['target']);
  try {
    if (target === 'thread') toMessage(value);
    else dumps(value);
    return null;
  } catch (error) {
    if (!(error instanceof PicklingError)) throw error;
    const { path, reason, advice } = error;
    return { path, reason, advice };
  }
}

/** Whether a value can be pickled. */
export function canPickle(value: unknown, options?: ExplainOptions | null): boolean {
  return explain(value, options) === null;
}
