import type { SimpleQueue } from '@prac/queue';

/*
 * From other threads to a loop.
 *
 *   another thread                                          the loop's thread
 *   callSoonThreadsafe(fn, ...args) ── a body, call ──────> callSoon(fn, ...args)
 *   runCoroutineThreadsafe(fn, loop) ─ a body, run ───────> a task
 *   handle.cancel(), future.cancel() ─ cancel ────────────> handle.cancel(), task.cancel()
 *   the future is done <── outcome, answer ──────────────── the task is done
 *
 * A loop that travels is a queue, its inbox. Each thread where it arrives puts a connection there: the queue of its requests, and that of the
 * answers. A request is its body and then its head: a body that cannot travel is found before anything was sent, and one that cannot be opened is
 * gone, but the head says whose it was.
 *
 * Nobody waits on these queues in the loop's thread, which would keep the process alive: a bell is rung after each request (BELL, a number that
 * goes up), and `Atomics.waitAsync` listens to it, which does not. A thread that can ring does.
 */

/** Words of the memory beside the inbox. */
export const BELL = 0;
/** 1 as soon as the loop takes nothing any more. */
export const CLOSED = 1;
export const WORDS = 2;

/** What a loop is on its way. */
export interface Address {
  /** Of the process. */
  readonly id: string;
  readonly inbox: SimpleQueue<Connection>;
  readonly memory: SharedArrayBuffer;
}

export interface Connection {
  readonly requests: SimpleQueue<Head | Body>;
  readonly answers: SimpleQueue<Answer | Outcome>;
}

/** What is wanted; `call` and `run` have a body before them. */
export interface Head {
  readonly kind: 'call' | 'run' | 'cancel' | 'leave';
  /** Of the handle or future. */
  readonly id: number;
}

/** A function and its arguments; or a coroutine, and none. */
export type Body = readonly [what: unknown, ...args: unknown[]];

/** What has come of a coroutine. What it has returned or thrown is before it, as the body of a request is. */
export interface Answer {
  readonly kind: 'returned' | 'thrown' | 'cancelled';
  readonly id: number;
}

/** What was returned, or thrown. */
export type Outcome = readonly [it: unknown];
