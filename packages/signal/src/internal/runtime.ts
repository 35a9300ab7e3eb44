import { constants } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { isLibcAvailable, type Libc, libc } from '@prac/libc';
import { block, type SignalHook, setSignalHook } from '@prac/park';
import { NSIG, SIG_DFL, SIG_IGN, SIGBUS, SIGFPE, SIGILL, SIGINT, SIGSEGV, SIGTRAP } from '../constants.ts';
import { defaultIntHandler } from '../default-int-handler.ts';
import { Control, DUE, SEQUENCE } from './control.ts';
import { initialHandler } from './dispositions.ts';
import { type Caller, type Frame, interruptedFrame } from './frame.ts';
import { letInterruptsKill } from './interrupt-kills.ts';
import { LoopSource } from './loop-source.ts';
import type { SignalSource } from './source.ts';
import { ThreadSource } from './thread-source.ts';

/** Faults of the program itself, for which V8 may have handlers of its own (WebAssembly): they are never held back. */
const FAULTS: ReadonlySet<number> = new Set([SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP]);

/** How long a signal to this very process may take, in milliseconds. */
const ARRIVAL_MS = 1000;

/** A function that is called when a signal came, or `SIG_DFL`, or `SIG_IGN`. */
export type Handler = ((signum: number, frame: Frame | null) => void) | typeof SIG_DFL | typeof SIG_IGN;

/*
 * The signals of this process, on the main thread (in a worker: an empty copy, to which nothing ever comes).
 *
 * A signal is asked for from its source while somebody wants it: it has a function for a handler, it is masked (it would do
 * what it does by itself otherwise), or somebody waits for it by `sigwait`. All others do what they always did.
 *
 *   source ──> control: PENDING, DUE ──> deliver(): at a blocking call (park's hook), at the next turn of the loop, at a
 *                                        checkpoint ──> handlers, ascending
 *                                    └──> sigwait takes PENDING itself; what is waited for is not delivered
 */
export class Runtime {
  readonly control: Control = new Control();

  constructor() {
    initialHandler(SIGINT); // reads what is ignored, before anything here changes it
  }
  readonly #handlers = new Map<number, Handler>();
  readonly #waited = new Map<number, number>();
  readonly #started = new Set<number>();
  #source: SignalSource | undefined;

  /** Whether handlers can run while the main thread is blocked. Loads koffi. */
  get reachesBlocked(): boolean {
    return this.#source?.reachesBlocked ?? canUseThread();
  }

  handlerOf(signum: number): Handler | null {
    return this.#handlers.get(signum) ?? initialHandler(signum);
  }

  /** Returns 0 or an error number. */
  setHandler(signum: number, handler: Handler): number {
    const before = this.#handlers.get(signum);
    const wasIgnored = this.handlerOf(signum) === SIG_IGN;
    this.#handlers.set(signum, handler);
    let error = -1;
    try {
      error = this.#refresh(signum);
      // What libuv has given up is at its default again. Without need it is not touched: libuv may watch it for others.
      if (error === 0 && handler === SIG_DFL && wasIgnored && !this.#started.has(signum))
        error = setDisposition(signum, SIG_DFL);
      if (error === 0 && handler === SIG_IGN) {
        if (!this.#started.has(signum)) error = setDisposition(signum, SIG_IGN);
        this.control.take(signum); // as in the kernel, what is pending is dropped
      }
      return error;
    } finally {
      if (error !== 0) {
        if (before === undefined) this.#handlers.delete(signum);
        else this.#handlers.set(signum, before);
      }
    }
  }

  /** Somebody waits for signals by themselves. Returns what ends it. */
  waitFor(signals: readonly number[]): () => void {
    for (const signum of signals) {
      this.#waited.set(signum, (this.#waited.get(signum) ?? 0) + 1);
      this.#refresh(signum);
    }
    return () => {
      for (const signum of signals) {
        const waiters = this.#waited.get(signum)! - 1;
        if (waiters > 0) this.#waited.set(signum, waiters);
        else this.#waited.delete(signum);
        this.#settle(signum);
      }
    };
  }

  setMasked(signum: number, masked: boolean): void {
    this.control.setMasked(signum, masked);
    if (masked) this.#refresh(signum);
    else this.#settle(signum);
  }

  /** A signal is no longer held back: what came meanwhile happens, by its handler or by itself. */
  #settle(signum: number): void {
    const { control } = this;
    if (control.isMasked(signum) || this.#waited.has(signum)) return;
    const isHandled = typeof this.handlerOf(signum) === 'function' && this.#handlers.has(signum);
    this.#refresh(signum); // gives it up, if nobody else wants it; what came until then has been noted
    const came = !isHandled && control.take(signum);
    if (isHandled && control.isPending(signum)) this.#remind();
    else if (came && this.handlerOf(signum) !== SIG_IGN && !hasNodeListener(signum)) process.kill(process.pid, signum);
  }

  /** Asks for the signal if it is wanted, and gives it up if it is not. Returns 0 or an error number. */
  #refresh(signum: number): number {
    const handler = this.handlerOf(signum);
    const isHeldBack = this.#waited.has(signum) || (this.control.isMasked(signum) && handler !== SIG_IGN);
    const isWanted =
      typeof this.#handlers.get(signum) === 'function' ||
      (isHeldBack && !FAULTS.has(signum)) ||
      (handler === SIG_IGN && this.#handlers.has(signum) && !isLibcAvailable()); // it can only be caught and dropped
    if (isWanted === this.#started.has(signum)) return 0;
    if (!isWanted) {
      this.#started.delete(signum);
      this.#source?.stop(signum);
      return handler === SIG_IGN ? setDisposition(signum, SIG_IGN) : 0; // libuv has set it to its default
    }
    const error = isMainThread ? this.#open().start(signum) : 0;
    if (error === 0) this.#started.add(signum);
    return error;
  }

  #open(): SignalSource {
    if (this.#source !== undefined) return this.#source;
    letInterruptsKill();
    this.#source = (canUseThread() && this.#tryThread()) || new LoopSource(this.control, this.deliverFromLoop);
    return this.#source;
  }

  #tryThread(): SignalSource | undefined {
    try {
      return this.#openThread();
    } catch (error) {
      process.emitWarning(`signals reach the event loop only: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** Every signal that was sent before has come when this returns. */
  sync(): void {
    if (this.#started.size > 0) this.#source?.sync();
  }

  #openThread(): SignalSource {
    const library = libc();
    const source = new ThreadSource(library, this.control.words);
    const { control } = this;
    const hook: SignalHook = {
      get due() {
        return control.due;
      },
      fd: source.eventFd,
      enter: (words, index) => source.park(words, index),
      leave: () => source.unpark(),
      deliver: () => this.#deliver(() => interruptedFrame(block)),
    };
    setSignalHook(hook);
    this.#watch(library, source);
    return source;
  }

  /** The loop is not kept alive by this: a program that only has handlers ends. */
  #watch(library: Libc, source: ThreadSource): void {
    const watch = library.pollFd!(source.eventFd);
    watch.start({ readable: true }, () => {
      source.drain();
      setImmediate(this.deliverFromLoop); // promise reactions might not follow libuv's callback
    });
    watch.unref();
    // Open at the end, it might call back when no JavaScript runs any more, which ends the process by SIGABRT.
    process.prependOnceListener('exit', () => watch.close());
  }

  #remind(): void {
    Atomics.store(this.control.words, DUE, 1);
    setImmediate(this.deliverFromLoop);
  }

  readonly deliverFromLoop = (): void => this.#deliver(() => null);

  /**
   * This process is about to send itself a signal. What is returned is to be called after that: it comes back when the signal
   * has come and its handler has run, if it has one and is not held back.
   */
  expect(signum: number): (from: Caller) => void {
    if (isMainThread && signum === SIGINT && this.handlerOf(SIGINT) === defaultIntHandler) {
      this.setHandler(SIGINT, defaultIntHandler); // what a process begins with is only now installed
    }
    if (!this.#started.has(signum)) return () => {};
    const { words } = this.control;
    let seen = Atomics.load(words, SEQUENCE);
    return (from) => {
      const deadline = performance.now() + ARRIVAL_MS;
      // It comes on another thread; to this one's loop only later, if there is no signal thread.
      if (!this.#source!.reachesBlocked) return;
      for (; !this.control.isPending(signum) && performance.now() < deadline; seen = Atomics.load(words, SEQUENCE)) {
        Atomics.wait(words, SEQUENCE, seen, 1);
      }
      this.checkpoint(from);
    };
  }

  /** Runs the handlers that are due, if there are any. @param from - The function whose caller is interrupted. */
  checkpoint(from: Caller): void {
    if (this.control.due) this.#deliver(() => interruptedFrame(from));
  }

  #deliver(frame: () => Frame | null): void {
    Atomics.store(this.control.words, DUE, 0);
    this.#source?.drain();
    for (let signum = 1; signum < NSIG; signum++) {
      if (!this.#isDeliverable(signum)) continue;
      const handler = this.#handlers.get(signum);
      this.control.take(signum);
      if (typeof handler !== 'function') continue; // it was taken away meanwhile
      try {
        handler(signum, frame());
      } catch (error) {
        if (this.#hasMore(signum + 1)) this.#remind();
        throw error;
      } finally {
        this.control.countHandled();
      }
    }
  }

  #isDeliverable(signum: number): boolean {
    return this.control.isPending(signum) && !this.control.isMasked(signum) && !this.#waited.has(signum);
  }

  #hasMore(from: number): boolean {
    for (let signum = from; signum < NSIG; signum++) if (this.#isDeliverable(signum)) return true;
    return false;
  }
}

function canUseThread(): boolean {
  return isLibcAvailable() && libc().modulePath !== null && libc().pollFd !== null;
}

/** What a signal does without a handler. Without libc it cannot be ignored for children, and comes to nothing here. */
function setDisposition(signum: number, disposition: typeof SIG_DFL | typeof SIG_IGN): number {
  if (isLibcAvailable()) return -libc().signal(signum, disposition);
  return 0;
}

/** Whether Node's own listeners have had the signal. */
function hasNodeListener(signum: number): boolean {
  const name = Object.entries(constants.signals).find(([, number]) => number === signum)?.[0];
  return name !== undefined && process.listenerCount(name as NodeJS.Signals) > 0;
}

const KEY = Symbol.for('prac.signal/1');
const shared = globalThis as { [KEY]?: Runtime };

/** The signals of this process: two copies of this package share them. */
export function runtime(): Runtime {
  shared[KEY] ??= new Runtime();
  return shared[KEY];
}
