import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { fromMessage, type Message, toMessage } from '@prac/pickle';
import { runAsTask } from '@prac/sync';
import { afterAll } from 'vitest';
import { type Form, forms } from './forms.ts';

/** Where a function runs, and in which form it calls. */
export interface Place {
  readonly where: 'here' | 'worker';
  readonly form: 'async' | 'sync';
}

/** All that is shipped: those who take part are put into these places in turn. */
export const SETTINGS: readonly (readonly [name: string, places: readonly Place[]])[] = [
  ['async functions of one thread', [{ where: 'here', form: 'async' }]],
  ['blocked threads', [{ where: 'worker', form: 'sync' }]],
  ['async functions of other threads', [{ where: 'worker', form: 'async' }]],
  [
    'a mix of them',
    [
      { where: 'worker', form: 'sync' },
      { where: 'here', form: 'async' },
      { where: 'worker', form: 'async' },
    ],
  ],
];

/** A number of calls of one function that are under way: CPython's `Bunch`. */
export interface Bunch<Result> {
  /** How many have ended. */
  readonly finished: number;
  /** What they have returned. */
  readonly all: Promise<Result[]>;
}

export type Task<Args extends readonly unknown[], Result> = (form: Form, ...args: Args) => Result | Promise<Result>;

/** Runs a function so many times at once. It travels to the workers by value: it may use what is exported, but not `expect`. */
export function bunch<Args extends readonly unknown[], Result>(
  places: readonly Place[],
  count: number,
  fn: Task<Args, Result>,
  ...args: Args
): Bunch<Result> {
  let finished = 0;
  const results = Array.from({ length: count }, async (_, i) => {
    try {
      return await runAt(places[i % places.length]!, fn, args);
    } finally {
      finished++;
    }
  });
  const all = Promise.all(results);
  all.catch(() => {}); // who awaits it gets it
  return {
    get finished() {
      return finished;
    },
    all,
  };
}

/** Runs a function in one place, to its end. */
export async function runAt<Args extends readonly unknown[], Result>(
  { where, form }: Place,
  fn: Task<Args, Result>,
  args: Args,
): Promise<Result> {
  if (where === 'here') return runAsTask(async () => fn(forms[form], ...args));
  const worker = idle.pop() ?? hire();
  const { message, transferList } = toMessage<unknown>({ fn, args, form });
  worker.postMessage(message, transferList);
  const [reply] = (await once(worker, 'message')) as [Message<{ value: Result } | { error: unknown }>];
  idle.push(worker);
  const answer = fromMessage(reply);
  if ('error' in answer) throw answer.error;
  return answer.value;
}

/** Plain worker threads, of which this package knows nothing. They serve all tests of a file. */
const idle: Worker[] = [];
const hired: Worker[] = [];

function hire(): Worker {
  const worker = new Worker(new URL('../fixtures/crew-member.ts', import.meta.url));
  worker.setMaxListeners(0);
  hired.push(worker);
  return worker;
}

afterAll(async () => {
  await Promise.all(hired.splice(0).map((worker) => worker.terminate()));
});
