import { Unpickler } from '@prac/pickle';
import { travels } from '../internal/world.ts';
import { Eagerness } from './eagerness.ts';
import {
  AGAIN,
  ANEW,
  type Answer,
  APPLY,
  BEGUN,
  DONE,
  FAILED,
  KEEP,
  MAP,
  NOT_BEGUN,
  STOP,
  STYLES,
  type Task,
  TELLS,
} from './messages.ts';
import { isPickled, packValue, unpackPickled, unpackValue } from './packing.ts';

/*
 * What a worker does, in a process or a thread:
 *
 *   initializer ──> next task ──> function, for all it is to be called with ──> answer ──> next task … STOP ──> exit
 *
 * It waits for tasks asleep, with all of its event loop, unless something that earlier tasks have begun is still going on there. If tasks come
 * soon after each other it looks for the next one a while before it sleeps: eagerness.ts.
 */

/** A queue, as far as it is used here. */
export interface Channel<T> {
  get(): Promise<T>;
  getSync(options?: { readonly timeout: number }): T;
  putSync(item: T): void;
  empty(): boolean;
}

type Fn = (...args: unknown[]) => unknown;

/** In seconds. */
const LOOK = 2;

export interface Position {
  /** Which of the workers it is. */
  readonly worker: number;
  readonly tasks: Channel<Task>;
  readonly answers: Channel<Answer>;
  readonly isThread: boolean;
  readonly initializer: Fn | undefined;
  readonly initargs: readonly unknown[];
}

export async function work({ worker, tasks, answers, isThread, initializer, initargs }: Position): Promise<void> {
  let unpickler = new Unpickler({ remember: true });
  let functions: Fn[] = [];
  let expected = 0;
  const quiet = process.getActiveResourcesInfo().length;
  const answer = (id: number, outcome: number, value: unknown, since: number): void => {
    const [how, packed] = packValue(value, isThread);
    answers.putSync([worker, id, outcome, how, packed, performance.now() - since]);
  };
  try {
    await initializer?.(...initargs);
  } catch (error) {
    answer(STOP, NOT_BEGUN, error, performance.now());
    return process.exit(1);
  }
  const open = (bytes: Uint8Array): Promise<unknown> => unpickler.loads(bytes);
  const opened = async (pickle: unknown, isKept: boolean): Promise<Fn> => {
    const fn = await unpackPickled(pickle, open).catch((error: unknown) => () => {
      throw error; // whoever calls it by its number is told, too
    });
    if (isKept) functions.push(fn as Fn);
    return fn as Fn;
  };
  const eagerness = new Eagerness();
  for (;;) {
    const isQuiet = process.getActiveResourcesInfo().length <= quiet;
    eagerness.begin();
    if (isQuiet) eagerness.lookFor(tasks);
    const [id, style, number, given, how, packed] = isQuiet ? nextSync(tasks, isThread) : await tasks.get();
    eagerness.end();
    if (id === STOP) return process.exit(0);
    const begun = performance.now();
    if ((style & ANEW) !== 0) {
      unpickler = new Unpickler({ remember: true });
      functions = [];
      expected = number;
    }
    if (number !== expected) {
      answer(id, AGAIN, undefined, begun); // one was taken back that this one needs, perhaps
      continue;
    }
    expected++;
    if ((style & TELLS) !== 0) answer(id, BEGUN, undefined, begun);
    try {
      const fn = typeof given === 'number' ? functions[given]! : await opened(given, (style & KEEP) !== 0);
      const args = (isPickled(how) ? await unpackPickled(packed, open) : unpackValue(how, packed)) as unknown[];
      const outcome = outcomeOf(fn, style & STYLES, args);
      answer(id, DONE, isThenable(outcome) ? await outcome : outcome, begun);
    } catch (error) {
      try {
        answer(id, FAILED, error, begun);
      } catch (failure) {
        answer(id, FAILED, failure, begun); // what was thrown cannot travel
      }
    }
  }
}

/** A process looks now and then whether it is an orphan: the system ends only those that a main thread has started. */
function nextSync(tasks: Channel<Task>, isThread: boolean): Task {
  if (isThread) return tasks.getSync();
  for (const parent = process.ppid; ; ) {
    try {
      return tasks.getSync({ timeout: LOOK });
    } catch (error) {
      if ((error as Error).name !== 'Empty') throw error;
      if (process.ppid !== parent) process.exit(1);
    }
  }
}

function outcomeOf(fn: Fn, style: number, args: readonly unknown[]): unknown {
  return style === APPLY ? fn(...args) : outcomesOf(fn, style, args);
}

async function outcomesOf(fn: Fn, style: number, args: readonly unknown[]): Promise<unknown> {
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
