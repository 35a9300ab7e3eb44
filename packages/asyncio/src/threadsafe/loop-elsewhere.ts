import { RuntimeError, repr } from '@prac/exceptions';
import { Future as ConcurrentFuture } from '@prac/futures/future';
import { Listening } from '@prac/park';
import type { SimpleQueue } from '@prac/queue';
import { checkFunction } from '../calls.ts';
import { isCoroutine } from '../coroutine.ts';
import { Handle } from '../handle.ts';
import { scheduler } from '../internal/scheduler.ts';
import { atExit, shared, travels } from '../internal/world.ts';
import { EventLoop } from '../loop.ts';
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
} from './messages.ts';
import { newSimpleQueue } from './simple-queue.ts';

/** Another thread's loop: see messages.ts. */
class LoopElsewhere extends EventLoop {
  readonly #address: Address;
  readonly #words: Int32Array;
  readonly #futures = new Map<number, ConcurrentFuture<unknown>>();
  #connection: Connection | undefined;
  #count = 0;
  #listening: Listening<Answer | Outcome> | undefined;
  /** Of the answer that comes next; or why it could not be opened. */
  #outcome: { readonly it: unknown } | { readonly error: unknown } | undefined;

  constructor(address: Address) {
    super();
    this.#address = address;
    this.#words = new Int32Array(address.memory);
  }

  override get address(): Address {
    return this.#address;
  }

  override isClosed(): boolean {
    return Atomics.load(this.#words, CLOSED) !== 0;
  }

  override isRunning(): boolean {
    return !this.isClosed();
  }

  protected override check(): never {
    if (this.isClosed()) throw new RuntimeError('Event loop is closed');
    throw new RuntimeError('Non-thread-safe operation invoked on an event loop other than the current one');
  }

  override close(): void {
    if (!this.isClosed()) this.check();
  }

  override callSoonThreadsafe<Args extends readonly unknown[]>(fn: (...args: Args) => unknown, ...args: Args): Handle {
    checkFunction(fn);
    const id = ++this.#count;
    this.#send({ kind: 'call', id }, [fn, ...args]);
    return new HandleElsewhere(fn, args, () => this.#cancel(id));
  }

  override runThreadsafe<T>(coroutine: CoroutineLike<T>): ConcurrentFuture<T> {
    const id = ++this.#count;
    const future = new ConcurrentFuture<T>({
      wait: (isOver, deadline) => this.#listening!.wait(isOver, deadline),
      cancelled: () => this.#taken(id) && this.#cancel(id),
    });
    this.#futures.set(id, future as ConcurrentFuture<unknown>);
    try {
      this.#send({ kind: 'run', id }, [coroutine]);
    } catch (error) {
      this.#taken(id);
      throw error;
    }
    scheduler.storage.run(null, () => this.#listening!.soon());
    return future;
  }

  #cancel(id: number): void {
    if (!this.isClosed()) this.#send({ kind: 'cancel', id });
  }

  /** @throws {RuntimeError} if the loop is closed. {PicklingError} if it cannot travel. */
  #send(head: Head, body?: Body): void {
    if (this.isClosed()) throw new RuntimeError('Event loop is closed');
    const { requests } = this.#connected();
    if (body !== undefined) requests.putNowait(body);
    requests.putNowait(head);
    this.#ring();
    // If it was closed meanwhile, it may not have seen the request.
    if (this.isClosed()) this.#settle('thrown', head.id, { it: new RuntimeError('Event loop is closed') });
  }

  #connected(): Connection {
    if (this.#connection === undefined) {
      this.#connection = { requests: newSimpleQueue(), answers: newSimpleQueue<Answer | Outcome>() };
      this.#listening = new Listening(
        this.#connection.answers,
        (answer) => this.#receive(answer),
        () => this.#futures.size > 0,
        (error) => {
          this.#outcome = { error };
        },
      );
      this.#address.inbox.putNowait(this.#connection);
      atExit().add(() => {
        this.#connection!.requests.putNowait({ kind: 'leave', id: 0 });
        this.#ring();
      });
    }
    return this.#connection;
  }

  #ring(): void {
    Atomics.add(this.#words, BELL, 1);
    Atomics.notify(this.#words, BELL);
  }

  #receive(answer: Answer | Outcome): void {
    if (!('kind' in answer)) {
      this.#outcome = { it: answer[0] };
      return;
    }
    const outcome = this.#outcome ?? { it: undefined };
    this.#outcome = undefined;
    this.#settle(answer.kind, answer.id, outcome);
  }

  #settle(kind: Answer['kind'], id: number, outcome: { readonly it: unknown } | { readonly error: unknown }): void {
    const future = this.#taken(id);
    if (future === undefined) return; // it was cancelled
    if (kind === 'cancelled') future.cancel();
    if (!future.setRunningOrNotifyCancel()) return;
    if ('error' in outcome) future.setException(outcome.error);
    else if (kind === 'thrown') future.setException(outcome.it);
    else future.setResult(outcome.it);
  }

  /** It is waited for no more. */
  #taken(id: number): ConcurrentFuture<unknown> | undefined {
    const future = this.#futures.get(id);
    this.#futures.delete(id);
    this.#listening?.changed();
    return future;
  }
}

class HandleElsewhere extends Handle {
  readonly #cancelThere: () => void;

  constructor(fn: (...args: never[]) => unknown, args: readonly unknown[], cancelThere: () => void) {
    super(fn, args, undefined);
    this.#cancelThere = cancelThere;
  }

  override cancel(): void {
    if (this.isCancelled) return;
    super.cancel();
    this.#cancelThere();
  }
}

/** Those of other threads that are known here, and this thread's own that others know. */
const known = shared('loops', () => new Map<string, WeakRef<EventLoop>>());

const openLoop = travels(
  'openLoop',
  (id: string, inbox: SimpleQueue<Connection>, memory: SharedArrayBuffer): EventLoop => {
    const loop = known.get(id)?.deref() ?? new LoopElsewhere({ id, inbox, memory });
    known.set(id, new WeakRef(loop));
    return loop;
  },
);

/** Where a loop is to go. */
interface Journey {
  readonly target: 'thread' | 'bytes';
  refuse(reason: string, advice?: string): never;
}

Object.defineProperty(EventLoop.prototype, Symbol.for('prac.pickle.reduce'), {
  value(this: EventLoop, { target, refuse }: Journey) {
    if (target !== 'thread') refuse('an event loop lives in one process');
    const { id, inbox, memory } = this.address;
    if (!known.has(id)) known.set(id, new WeakRef(this));
    return [openLoop, [id, inbox, memory]];
  },
  configurable: true,
  writable: true,
});

/**
 * Has a coroutine run by a loop, from another thread.
 *
 * Where the loop is another thread's, the coroutine travels there by pickle: a function, or a call of one that {@link coroutine} has made. The
 * loop itself is an argument of the thread.
 *
 * Cancellation: `cancel()` of what is returned cancels the task.
 * Python: `asyncio.run_coroutine_threadsafe`.
 *
 * @returns A future of `@prac/futures`, of the thread that calls: it can be awaited, or waited for by `resultSync()`.
 * @throws {TypeError} if it is no coroutine. {RuntimeError} if the loop is closed. {PicklingError} if it cannot travel.
 * @example
 * import { getEventLoop, run, runCoroutineThreadsafe, sleep, toThread } from '@prac/asyncio';
 * await run(async () => {
 *   const answer = await toThread((loop) => {
 *     const later = async () => {
 *       await sleep(0.01); // in the main thread's loop
 *       return 42;
 *     };
 *     return runCoroutineThreadsafe(later, loop).resultSync();
 *   }, getEventLoop());
 *   console.log(answer); // 42
 * });
 */
export function runCoroutineThreadsafe<T>(coroutine: CoroutineLike<T>, loop: EventLoop): ConcurrentFuture<T> {
  if (!(typeof coroutine === 'function' || isCoroutine(coroutine)))
    throw new TypeError(`A coroutine object is required, got ${repr(coroutine)}`);
  if (!(loop instanceof EventLoop)) throw new TypeError(`loop must be an EventLoop, got ${repr(loop)}`);
  return loop.runThreadsafe(coroutine);
}

travels('runCoroutineThreadsafe', runCoroutineThreadsafe);
