import type { PickleOptions } from '@prac/pickle';

/*
 * What goes between the server of a manager and those who use its objects. After the authentication each connection is of a session (a thread
 * of a process), says its name, is told the server's number, and then:
 *
 *   request  │ number: 8 bytes │ a pickle of {@link Request} │          an answer is sent when it is ready: not in the order of the requests
 *   answer   │ number: 8 bytes │ DONE or FAILED │ a pickle of the value │
 *
 * A number of 0 asks for no answer.
 *
 * Whose objects are:
 *
 *   create ──> one of the session's ── the proxy is pickled ──> a ticket for it is on its way ── it is opened ──> one of that session's
 *                  └── the proxy is collected, or the session ends: one less. The object of none, without tickets, is forgotten
 */
export const HEADER_BYTES = 8;
export const DONE = 0;
export const FAILED = 1;

export const CALL = 'call';
export const CREATE = 'create';
export const CANCEL = 'cancel';
export const SHUTDOWN = 'shutdown';
export const INFO = 'info';
export const NOTHING = 'nothing';

/** How many a session has more; tickets that are on their way from now on, and those that have arrived. */
export type RefChange = readonly [ident: string, own: number, posted: readonly string[], arrived: readonly string[]];

export interface Request {
  readonly op: string;
  /** An object, or a type. */
  readonly ident: string;
  readonly method: string;
  readonly args: readonly unknown[];
  /** Who asks: a task of the session; 0: none. It owns what it acquires. */
  readonly owner: number;
  /** Which of the arguments are options with a signal; -1: none. */
  readonly signalAt: number;
  readonly refs: readonly RefChange[];
}

/** What stands for an object of a server. */
export interface Token {
  /** The server's number: others may be at the same address later. */
  readonly server: string;
  readonly typeid: string;
  readonly ident: string;
  /** The names of its methods. */
  readonly exposed: readonly string[];
}

/** What is asked, in errors of pickling. */
export function named(method: string): PickleOptions {
  return { name: method };
}

export function withHeader(number: number, ...parts: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeDoubleBE(number);
  return Buffer.concat([header, ...parts]);
}

export function numberOf(message: Buffer): number {
  return message.readDoubleBE();
}
