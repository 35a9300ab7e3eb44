import type { LifoQueue, PriorityQueue, Queue, SimpleQueue } from '@prac/queue';
import { Thread } from '@prac/sync';

export type AnyQueue = Queue | LifoQueue | PriorityQueue | SimpleQueue;
type Maybe<T> = T | Promise<T>;
type Limit = { readonly timeout?: number; readonly block?: boolean };

/** What a test's function calls in its place, in one of the forms that are shipped. */
export interface Form {
  put(queue: AnyQueue, item: unknown, limit?: Limit): Maybe<void>;
  get(queue: AnyQueue, limit?: Limit): Maybe<unknown>;
  join(queue: Queue, limit?: number): Maybe<boolean>;
}

const forms: Readonly<Record<'async' | 'sync', Form>> = {
  async: {
    put: (queue, item, limit) => queue.put(item, limit),
    get: (queue, limit) => queue.get(limit),
    join: (queue, limit) => queue.join(limit),
  },
  sync: {
    put: (queue, item, limit) => queue.putSync(item, limit),
    get: (queue, limit) => queue.getSync(limit),
    join: (queue, limit) => queue.joinSync(limit),
  },
};

/** A function that runs in a thread of its own; its result is a field. */
export class Ask extends Thread {
  readonly work: (...args: never[]) => unknown;
  readonly with: readonly unknown[];
  answer: unknown;
  failure: unknown;

  constructor(work: (...args: never[]) => unknown, args: readonly unknown[]) {
    super();
    this.work = work;
    this.with = args;
  }

  override async run(): Promise<void> {
    try {
      this.answer = await this.work(...(this.with as never[]));
    } catch (error) {
      this.failure = error;
    }
  }

  async result(): Promise<unknown> {
    await this.join();
    if (this.failure !== undefined) throw this.failure;
    return this.answer;
  }
}

export interface Place {
  readonly name: string;
  /** Runs a function there, with what it is to call. */
  run<Args extends readonly unknown[], Result>(
    fn: (form: Form, ...args: Args) => Maybe<Result>,
    ...args: Args
  ): Promise<Result>;
}

function withForm(
  name: 'async' | 'sync',
  fn: (form: Form, ...args: unknown[]) => unknown,
  args: readonly unknown[],
): unknown {
  return fn(forms[name], ...args);
}

function inThread(form: 'async' | 'sync'): Place['run'] {
  return (fn, ...args) => {
    const thread = new Ask(withForm as never, [form, fn, args]);
    thread.start();
    return thread.result() as never;
  };
}

export const HERE: Place = { name: 'async, in one thread', run: async (fn, ...args) => fn(forms.async, ...args) };
export const BLOCKED: Place = { name: 'blocking, in another thread', run: inThread('sync') };
export const ELSEWHERE: Place = { name: 'async, in another thread', run: inThread('async') };
export const PLACES: readonly Place[] = [HERE, BLOCKED, ELSEWHERE];
