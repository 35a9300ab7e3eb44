import { Unpickler } from '@prac/pickle';
import { travels } from '../internal/world.ts';
import {
  ANEW,
  type Answer,
  BEGUN,
  DONE,
  FAILED,
  MAP,
  NOT_BEGUN,
  packValue,
  STARMAP,
  STOP,
  type Task,
  TELLS,
} from './messages.ts';

/*
 * What a worker does, in a process or a thread:
 *
 *   initializer ──> next task ──> function, for all it is to be called with ──> answer ──> next task … STOP ──> exit
 *
 * It waits for tasks asleep, with all of its event loop, unless something that earlier tasks have begun is still going on there.
 */

/** A queue, as far as it is used here. */
export interface Channel<T> {
  get(): Promise<T>;
  getSync(): T;
  putSync(item: T): void;
}

type Fn = (...args: unknown[]) => unknown;

export interface Position {
  /** Which of the workers it is. */
  readonly worker: number;
  readonly tasks: Channel<Task>;
  readonly answers: Channel<Answer>;
  readonly initializer: Fn | undefined;
  readonly initargs: readonly unknown[];
}

export async function work({ worker, tasks, answers, initializer, initargs }: Position): Promise<void> {
  let unpickler = new Unpickler({ remember: true });
  const quiet = process.getActiveResourcesInfo().length;
  const answer = (id: number, outcome: number, value: unknown, since: number): void => {
    const [how, packed] = packValue(value);
    answers.putSync([worker, id, outcome, how, packed, performance.now() - since]);
  };
  try {
    await initializer?.(...initargs);
  } catch (error) {
    answer(STOP, NOT_BEGUN, error, performance.now());
    return process.exit(1);
  }
  for (;;) {
    const isQuiet = process.getActiveResourcesInfo().length <= quiet;
    const [id, how, bytes] = isQuiet ? tasks.getSync() : await tasks.get();
    if (id === STOP) return process.exit(0);
    const begun = performance.now();
    if ((how & ANEW) !== 0) unpickler = new Unpickler({ remember: true });
    if ((how & TELLS) !== 0) answer(id, BEGUN, undefined, begun);
    try {
      const [fn, args] = await unpickler.loads<readonly [Fn, readonly unknown[]]>(bytes);
      answer(id, DONE, await outcomeOf(fn, how & ~(ANEW | TELLS), args), begun);
    } catch (error) {
      try {
        answer(id, FAILED, error, begun);
      } catch (failure) {
        answer(id, FAILED, failure, begun); // what was thrown cannot travel
      }
    }
  }
}

async function outcomeOf(fn: Fn, style: number, args: readonly unknown[]): Promise<unknown> {
  if (style !== MAP && style !== STARMAP) return fn(...args);
  const results: unknown[] = [];
  for (const arg of args) {
    const result = style === MAP ? fn(arg) : fn(...(arg as readonly unknown[]));
    results.push(isThenable(result) ? await result : result);
  }
  return results;
}

function isThenable(value: unknown): boolean {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

travels('work', work);
