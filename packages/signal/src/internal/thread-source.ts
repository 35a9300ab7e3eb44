import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { RuntimeError } from '@prac/exceptions';
import { constants as LC, type Libc } from '@prac/libc';
import { NSIG } from '../constants.ts';
import type { Control } from './control.ts';
import * as L from './control.ts';
import { disposeOf } from './dispositions.ts';
import { nodeListeners } from './node-listeners.ts';
import type { SignalSource } from './source.ts';
import { signalThread } from './thread-program.ts';

/** A worker starts in 12 to 60 ms; this is long enough for a machine that is busy. */
const START_MS = 20_000;
const ANSWER_MS = 10_000;
/** How long the end of the process waits for the thread. */
const END_MS = 500;
/** The thread knows so many memories, those that came last. */
const MOST_MEMORIES = 64;

/*
 * A thread that does nothing but wait for signals, in a loop of its own: it sees them while the main thread is blocked, and
 * wakes it.
 *
 *   not there ── the first handler ──> runs ── the process ends ──> told to stop, waited for
 *
 * The main thread says on which word it sleeps (`park`). The thread must have that memory to wake it: it is sent, and the
 * oldest one dropped in exchange, so that both know the same ones and neither keeps what is no longer used.
 */
export class ThreadSource implements SignalSource {
  readonly reachesBlocked = true;
  /** Readable while a handler is due. */
  readonly eventFd: number;
  readonly #libc: Libc;
  readonly #control: Control;
  readonly #words: Int32Array;
  /** The signals that are asked for and ignored all the same, with what libuv has installed for them. */
  readonly #muted = new Map<number, Uint8Array>();
  readonly #port: MessagePort;
  readonly #ids = new WeakMap<ArrayBufferLike, number>();
  readonly #known: ArrayBufferLike[] = [];
  readonly #drained = new Uint8Array(128);
  #lastId = 0;

  /** @throws {RuntimeError} if the thread cannot be started. */
  constructor(library: Libc, control: Control) {
    const { words } = control;
    this.#libc = library;
    this.#control = control;
    this.#words = words;
    this.eventFd = library.eventfd(LC.EFD_CLOEXEC | LC.EFD_NONBLOCK);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.unref();
    // esbuild's keepNames may have put calls of __name into the text.
    const program = `const __name = (f) => f;
      const data = require('node:worker_threads').workerData;
      try {
        (${signalThread})(data, require);
      } catch (error) {
        Atomics.store(data.words, data.layout.STATE, -1);
        Atomics.notify(data.words, data.layout.STATE);
        throw error;
      }`;
    const layout = Object.fromEntries(Object.entries(L).filter(([, value]) => typeof value === 'number'));
    const worker = new Worker(program, {
      eval: true,
      name: 'signals',
      execArgv: [],
      env: {},
      workerData: { koffi: library.modulePath, words, port: port2, eventFd: this.eventFd, layout, signals: NSIG },
      transferList: [port2],
    });
    worker.once('error', (error) => {
      Atomics.store(words, L.STATE, -1);
      process.emitWarning(`the signal thread has failed: ${error}`);
    });
    worker.unref();
    process.prependOnceListener('exit', () => this.#end()); // first: another listener may call process.exit()
    Atomics.wait(words, L.STATE, 0, START_MS);
    if (Atomics.load(words, L.STATE) === 1) return;
    Atomics.store(words, L.STOP, 1); // should it come late
    library.close(this.eventFd);
    throw new RuntimeError('the signal thread did not start');
  }

  /** Makes the descriptor unreadable, until the next signal. */
  drain(): void {
    this.#libc.read(this.eventFd, this.#drained);
  }

  catch(signum: number): number {
    if (this.#isGone) return 0; // what is raised from now on is noted all the same
    const muted = this.#muted.get(signum);
    this.#muted.delete(signum);
    return muted === undefined ? this.#ask(signum, 1) : -this.#libc.setSigaction(signum, muted);
  }

  /** Ignoring replaces what libuv has installed, and leaves libuv in the belief: it knows no way but through the default, which kills. */
  release(signum: number, to: 'ignored' | 'default'): number {
    const isAsked = this.#words[L.WANTED + signum] === 1;
    if (this.#isGone || !isAsked) return disposeOf(signum, to);
    if (to === 'ignored') {
      const action = this.#libc.sigaction(signum);
      if (typeof action === 'number') return -action;
      this.#muted.set(signum, action);
      return disposeOf(signum, to); // one that comes late finds no handler
    }
    const muted = this.#muted.get(signum);
    this.#muted.delete(signum);
    const error = this.#ask(signum, 0); // now it is at its default, unless Node listens
    if (muted !== undefined && nodeListeners(signum) > 0) this.#libc.setSigaction(signum, muted);
    return error;
  }

  #ask(signum: number, wanted: 0 | 1): number {
    Atomics.store(this.#words, L.WANTED + signum, wanted);
    this.sync();
    const error = wanted === 1 ? Math.abs(Atomics.load(this.#words, L.REFUSED + signum)) : 0;
    if (error !== 0) Atomics.store(this.#words, L.WANTED + signum, 0);
    return error;
  }

  raise(signum: number): boolean {
    if (this.#isGone) this.#control.raise(signum);
    return this.#isGone;
  }

  get #isGone(): boolean {
    return Atomics.load(this.#words, L.STATE) !== 1 || Atomics.load(this.#words, L.STOP) !== 0;
  }

  /** Waits until the thread has done what it was asked for, and has seen every signal that came before. */
  sync(): void {
    if (this.#isGone) return;
    const asked = Atomics.add(this.#words, L.ASKED, 1) + 1;
    this.#wake();
    const deadline = performance.now() + ANSWER_MS;
    for (;;) {
      const applied = Atomics.load(this.#words, L.APPLIED);
      if (applied === asked) return;
      const left = deadline - performance.now();
      if (Atomics.load(this.#words, L.STATE) !== 1) return;
      if (left <= 0) throw new RuntimeError('the signal thread does not answer');
      Atomics.wait(this.#words, L.APPLIED, applied, left);
    }
  }

  #wake(): void {
    if (Atomics.load(this.#words, L.STATE) !== 1) return; // its handle is no longer there
    const low = BigInt(this.#words[L.ASYNC_LOW]! >>> 0);
    this.#libc.uvAsyncSend((BigInt(this.#words[L.ASYNC_HIGH]! >>> 0) << 32n) | low);
  }

  /** The main thread is about to sleep on a word. */
  park(words: Int32Array, index: number): void {
    let id = this.#ids.get(words.buffer);
    if (id === undefined) {
      id = ++this.#lastId;
      this.#ids.set(words.buffer, id);
      this.#known.push(words.buffer);
      if (this.#known.length > MOST_MEMORIES) this.#ids.delete(this.#known.shift()!);
      this.#port.postMessage({ id, buffer: words.buffer, dropped: id - MOST_MEMORIES });
      if (id % MOST_MEMORIES === 0) this.#wake();
    }
    this.#words[L.PARKED_INDEX] = (words.byteOffset >> 2) + index;
    Atomics.store(this.#words, L.PARKED, id);
  }

  unpark(): void {
    Atomics.store(this.#words, L.PARKED, 0);
    Atomics.notify(this.#words, L.PARKED);
  }

  #end(): void {
    Atomics.store(this.#words, L.STOP, 1);
    this.unpark();
    this.#wake();
    Atomics.wait(this.#words, L.STATE, 1, END_MS);
    for (const signum of this.#muted.keys()) disposeOf(signum, 'ignored');
  }
}
