import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { RuntimeError } from '@prac/exceptions';
import { constants as LC, type Libc } from '@prac/libc';
import { NSIG } from '../constants.ts';
import type { Control } from './control.ts';
import * as L from './control.ts';
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
    if (this.#isGone || this.#words[L.WANTED + signum] === 1) return 0; // what is raised from now on is noted all the same
    return this.#ask(signum, 1);
  }

  release(signum: number): void {
    if (!this.#isGone && this.#words[L.WANTED + signum] === 1) this.#ask(signum, 0);
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
    return !isRunning(this.#words);
  }

  /** Waits until the thread has done what it was asked for, and has seen every signal that came before. */
  sync(): void {
    syncWithThread(this.#libc, this.#words);
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
      if (id % MOST_MEMORIES === 0) wakeThread(this.#libc, this.#words);
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
    wakeThread(this.#libc, this.#words);
    Atomics.wait(this.#words, L.STATE, 1, END_MS);
  }
}

function isRunning(words: Int32Array): boolean {
  return Atomics.load(words, L.STATE) === 1 && Atomics.load(words, L.STOP) === 0;
}

function wakeThread(library: Libc, words: Int32Array): boolean {
  if (Atomics.load(words, L.STATE) !== 1) return false;
  const low = BigInt(words[L.ASYNC_LOW]! >>> 0);
  return library.uvAsyncSend((BigInt(words[L.ASYNC_HIGH]! >>> 0) << 32n) | low);
}

/**
 * Waits until the signal thread has done what it was asked for, and has seen every signal that came before. On any thread.
 *
 * @param words - The control words of the main thread.
 */
export function syncWithThread(library: Libc, words: Int32Array): void {
  if (!isRunning(words)) return;
  const asked = Atomics.add(words, L.ASKED, 1) + 1;
  if (!wakeThread(library, words)) return;
  const deadline = performance.now() + ANSWER_MS;
  for (;;) {
    const applied = Atomics.load(words, L.APPLIED);
    const left = deadline - performance.now();
    if (((applied - asked) | 0) >= 0 || Atomics.load(words, L.STATE) !== 1) return; // others may have asked since
    if (left <= 0) throw new RuntimeError('the signal thread does not answer');
    Atomics.wait(words, L.APPLIED, applied, left);
  }
}
