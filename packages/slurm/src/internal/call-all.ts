import { travels } from './world.ts';

type CallAll = (
  fn: (...args: unknown[]) => unknown,
  chunk: readonly unknown[],
  hasOneArgument: boolean,
) => Promise<unknown[]>;

/** A chunk of a map. */
export const callAll: CallAll = travels(
  'callAll',
  async (
    fn: (...args: unknown[]) => unknown,
    chunk: readonly unknown[],
    hasOneArgument: boolean,
  ): Promise<unknown[]> => {
    const results: unknown[] = [];
    for (const item of chunk) results.push(await (hasOneArgument ? fn(item) : fn(...(item as unknown[]))));
    return results;
  },
);
