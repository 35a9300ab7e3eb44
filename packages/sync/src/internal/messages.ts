import type { MessagePort, ResourceLimits, Transferable } from 'node:worker_threads';
import type { Message } from '@prac/pickle';
import type { Program } from './program.ts';
import type { TableMemory } from './thread-table.ts';

/** What a thread is started with. */
export interface StartMessage {
  readonly kind: 'start';
  readonly index: number;
  readonly serial: number;
  readonly daemon: boolean;
  /** Of the worker, for debuggers. */
  readonly workerName: string;
  readonly execArgv: readonly string[];
  readonly resourceLimits: ResourceLimits;
  /** Whether any worker will do: one that is ready, too. */
  readonly plain: boolean;
  readonly handedOn: HandedOn;
  readonly birth: Birth;
}

/** What the new thread needs to know. */
export interface Birth {
  readonly kind: 'birth';
  readonly index: number;
  readonly serial: number;
  readonly name: string;
  readonly daemon: boolean;
  /** The subclass of Thread. */
  readonly type: Message | undefined;
  /** What it is to do. */
  readonly work: Message<Work>;
  /** Leads to the thread that has started it: own fields at the end, errors for its hook. */
  readonly port: MessagePort;
  /** The number of that thread. */
  readonly starter: number;
  /** Word 0 says whether it has a hook for errors. */
  readonly hooked: SharedArrayBuffer;
  /** The command line: the same in all threads. */
  readonly argv: readonly string[];
}

/** Environment data that packages of this family hand on to workers. */
export type HandedOn = readonly (readonly [key: string, value: unknown])[];

/** Work that is done beforehand: the next time it is quick. */
export interface RehearsalMessage {
  readonly kind: 'rehearsal';
  readonly work: Message<Work>;
}

export interface Work {
  readonly target: ((...args: never[]) => unknown) | undefined;
  readonly args: readonly unknown[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What the hub is made with. */
export interface HubData {
  readonly table: TableMemory;
  /** What threads run. */
  readonly program: Program;
  /** Whether `require` is a global, as in programs of the command line (-e). */
  readonly hasRequire: boolean;
  /** Leads to the main thread, for what is deposited. */
  readonly desk: MessagePort;
  /** For a thread that is about to be started: its worker is made at once. */
  readonly first: SpareOptions | undefined;
}

/** What worker threads of this package are made with. */
export interface ThreadData {
  readonly table: TableMemory;
  /** Leads to the hub, which sends rehearsals, and a birth. */
  readonly hub: MessagePort;
  /** The number of the hub's thread. */
  readonly hubId: number;
  readonly hasRequire: boolean;
}

/** How a worker is made before it is known what it is for. */
export interface SpareOptions {
  readonly workerName: string;
  readonly execArgv: readonly string[];
  readonly handedOn: HandedOn;
}

/** Ends a thread where it is. */
export interface TerminateMessage {
  readonly kind: 'terminate';
  readonly serial: number;
}

/** Keeps so many workers ready. */
export interface PrewarmMessage extends SpareOptions {
  readonly kind: 'prewarm';
  readonly count: number;
}

/** Something that is left at the hub, with what is handed over. */
export interface Deposited {
  readonly key: string;
  readonly message: Message;
  readonly transferList: Transferable[];
}

/** Leaves some. */
export interface DepositMessage {
  readonly kind: 'deposit';
  readonly deposits: readonly Deposited[];
}

/** Calls for it: the message comes by the same port, then the word of the answer is 1. */
export interface WithdrawMessage {
  readonly kind: 'withdraw';
  readonly key: string;
  /** It stays there. */
  readonly isLeft: boolean;
  readonly answer: Int32Array<SharedArrayBuffer>;
}

export interface DiscardMessage {
  readonly kind: 'discard';
  readonly key: string;
}

export type HubRequest =
  | StartMessage
  | TerminateMessage
  | PrewarmMessage
  | RehearsalMessage
  | DepositMessage
  | WithdrawMessage
  | DiscardMessage;

/** What a thread tells the one that has started it: that it runs, what it has become, that it has failed. */
export type Report =
  | { readonly kind: 'running'; readonly ident: number; readonly nativeId: number }
  | { readonly kind: 'done'; readonly name: string; readonly fields: Message }
  | { readonly kind: 'failed'; readonly error: Message };
