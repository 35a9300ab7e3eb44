import { threadId } from 'node:worker_threads';
import { RuntimeError, repr } from '@prac/exceptions';
import type { Future as ConcurrentFuture } from '@prac/futures/future';
import { outsideTasks } from '@prac/park';
import type { SimpleQueue } from '@prac/queue';
import { callSoon } from '../calls.ts';
import type { Handle } from '../handle.ts';
import { callExceptionHandler } from '../internal/exception-handler.ts';
import { scheduler } from '../internal/scheduler.ts';
import { atExit } from '../internal/world.ts';
import type { CoroutineLike } from '../task.ts';
import {
  type Address,
  type Answer,
  BELL,
  type Body,
  CLOSED,
  type Connection,
  type Head,
  type Outcome,
  WORDS,
} from './messages.ts';
import { newSimpleQueue } from './simple-queue.ts';
import { started } from './started.ts';

/** So many requests of a thread are served before the event loop goes on. */
const MOST_AT_A_TIME = 64;

let count = 0;

/** Where a loop hears from other threads: see messages.ts. */
export class Inbox {
  readonly address: Address;
  readonly #words: Int32Array;
  readonly #clients = new Set<Client>();

  constructor() {
    const memory = new SharedArrayBuffer(4 * WORDS);
    this.#words = new Int32Array(memory);
    this.address = { id: `${threadId}.${++count}`, inbox: newSimpleQueue(), memory };
    atExit().add(this.#end);
    void scheduler.storage.run(null, () => outsideTasks(() => this.#listen()));
  }

  /** The loop takes nothing any more: who waits for an answer is told. */
  close(): void {
    atExit().delete(this.#end);
    this.#end();
  }

  readonly #isClosed = (): boolean => Atomics.load(this.#words, CLOSED) !== 0;

  readonly #end = (): void => {
    Atomics.store(this.#words, CLOSED, 1);
    this.#greet();
    for (const client of this.#clients) client.refuseAll();
    Atomics.notify(this.#words, BELL);
  };

  async #listen(): Promise<void> {
    while (!this.#isClosed()) {
      const heard = Atomics.load(this.#words, BELL);
      this.#greet();
      for (const client of this.#clients)
        void client.serve(this.#isClosed).then((isThere) => isThere || this.#clients.delete(client));
      const { async, value } = Atomics.waitAsync(this.#words, BELL, heard);
      if (async) await value;
    }
  }

  #greet(): void {
    const { inbox } = this.address;
    while (!inbox.empty()) this.#clients.add(new Client(inbox.getNowait()));
  }
}

/** A thread that has the loop. */
class Client {
  readonly #requests: SimpleQueue<Head | Body>;
  readonly #answers: SimpleQueue<Answer | Outcome>;
  readonly #handles = new Map<number, Handle>();
  readonly #futures = new Map<number, ConcurrentFuture<unknown>>();
  /** Of the head that comes next; or why it could not be opened. */
  #body: { readonly body: Body } | { readonly error: unknown } | undefined;
  #isServing = false;
  #hasLeft = false;

  constructor({ requests, answers }: Connection) {
    this.#requests = requests;
    this.#answers = answers;
  }

  /** @returns Whether there may be more. */
  async serve(isClosed: () => boolean): Promise<boolean> {
    if (this.#isServing) return true;
    this.#isServing = true;
    for (let served = 1; !this.#requests.empty(); served++) {
      if (served % MOST_AT_A_TIME === 0) await new Promise(setImmediate); // timers and sockets have a turn
      try {
        const item = await this.#requests.get(); // it may name modules that are to be loaded
        if (isClosed()) this.#refuseIfWaited(item);
        else if ('kind' in item) this.#serve(item);
        else this.#body = { body: item };
      } catch (error) {
        this.#body = { error };
      }
    }
    this.#isServing = false;
    return !this.#hasLeft;
  }

  #serve({ kind, id }: Head): void {
    const opened = this.#body!;
    this.#body = undefined;
    if (kind === 'leave') this.#hasLeft = true;
    else if (kind === 'cancel') {
      (this.#handles.get(id) ?? this.#futures.get(id))?.cancel();
      this.#handles.delete(id);
    } else if (kind === 'call') this.#call(id, opened);
    else if ('error' in opened) this.#answer(id, 'thrown', opened.error);
    else this.#run(id, opened.body[0] as CoroutineLike<unknown>);
  }

  #call(id: number, opened: { readonly body: Body } | { readonly error: unknown }): void {
    if ('error' in opened) {
      callExceptionHandler({ message: 'A call from another thread cannot be opened', exception: opened.error });
      return;
    }
    const [fn, ...args] = opened.body as readonly [fn: (...args: unknown[]) => unknown, ...args: unknown[]];
    const call = (): unknown => {
      this.#handles.delete(id);
      return fn(...args);
    };
    Object.defineProperty(call, 'name', { value: fn.name, configurable: true });
    this.#handles.set(id, callSoon(call));
  }

  #run(id: number, coroutine: CoroutineLike<unknown>): void {
    const future = started(coroutine);
    this.#futures.set(id, future);
    future.addDoneCallback(() => {
      if (this.#futures.delete(id)) this.#tell(id, future);
    });
  }

  /** What it waits for will not be done. */
  refuseAll(): void {
    for (const id of [...this.#futures.keys()]) this.#refuse(id);
    while (!this.#requests.empty()) {
      try {
        this.#refuseIfWaited(this.#requests.getNowait());
      } catch {
        // a body that cannot be opened
      }
    }
  }

  #refuseIfWaited(item: Head | Body): void {
    if ('kind' in item && item.kind === 'run') this.#refuse(item.id);
  }

  #refuse(id: number): void {
    this.#futures.delete(id);
    this.#answer(id, 'thrown', new RuntimeError('Event loop is closed'));
  }

  #tell(id: number, future: ConcurrentFuture<unknown>): void {
    if (future.cancelled()) {
      this.#answers.putNowait({ kind: 'cancelled', id });
      return;
    }
    let value: unknown;
    try {
      value = future.resultSync();
    } catch (error) {
      this.#answer(id, 'thrown', error);
      return;
    }
    this.#answer(id, 'returned', value);
  }

  /** What cannot travel is told by what can. */
  #answer(id: number, kind: 'returned' | 'thrown', it: unknown): void {
    const why = this.#failureToPut(it);
    const isPut =
      why === undefined ||
      this.#failureToPut(kind === 'returned' ? why.error : new RuntimeError(textOf(it))) === undefined;
    if (!isPut) this.#answers.putNowait([new RuntimeError('what came of it cannot travel')]);
    this.#answers.putNowait({ kind: why === undefined ? kind : 'thrown', id });
  }

  #failureToPut(it: unknown): { readonly error: unknown } | undefined {
    try {
      this.#answers.putNowait([it]);
      return undefined;
    } catch (error) {
      return { error };
    }
  }
}

/** What it runs of others' code may fail. */
function textOf(value: unknown): string {
  try {
    return repr(value);
  } catch {
    return `<unprintable ${typeof value}>`;
  }
}
