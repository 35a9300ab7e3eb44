import { BaseExceptionGroup, type ExceptionClass } from '@prac/exceptions';
import { travels } from './internal/world.ts';

/** A class of errors, and what is to be done with those of a group that are of it. */
export type ExceptClause = readonly [type: ExceptionClass, handle: (group: BaseExceptionGroup) => unknown];

/**
 * Handles errors of a group, class by class; what nobody handles, and what is thrown meanwhile, is thrown as a group.
 *
 * Python: `except* ValueError as group:`.
 *
 * @param error - What was caught; one that is no group is handled as a group of one.
 * @example
 * import { exceptStar, run, TaskGroup } from '@prac/asyncio';
 * await run(async () => {
 *   try {
 *     await TaskGroup.run(async (group) => {
 *       group.createTask(() => {
 *         throw new RangeError('too far');
 *       });
 *     });
 *   } catch (error) {
 *     exceptStar(error, [RangeError, (group) => console.log(group.exceptions[0]?.message)]); // too far
 *   }
 * });
 */
export function exceptStar(error: unknown, ...clauses: readonly ExceptClause[]): void {
  let rest: BaseExceptionGroup | null =
    error instanceof BaseExceptionGroup ? error : new BaseExceptionGroup('', [error as Error]);
  const raised: Error[] = [];
  for (const [type, handle] of clauses) {
    if (rest === null) break;
    const [match, other]: [BaseExceptionGroup | null, BaseExceptionGroup | null] = rest.split(type);
    rest = other;
    if (match === null) continue;
    try {
      handle(match);
    } catch (thrown) {
      raised.push(thrown as Error);
    }
  }
  if (raised.length > 0) throw new BaseExceptionGroup('', rest === null ? raised : [...raised, rest]);
  if (rest !== null) throw rest === error || error instanceof BaseExceptionGroup ? rest : error;
}

travels('exceptStar', exceptStar);
