import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { isLibcAvailable, libc } from '@prac/libc';
import { block } from '@prac/park';
import {
  NSIG,
  type SIG_DFL,
  SIG_IGN,
  SIGBUS,
  SIGCHLD,
  SIGFPE,
  SIGILL,
  SIGINT,
  SIGSEGV,
  SIGTRAP,
} from '../constants.ts';
import { defaultIntHandler } from '../default-int-handler.ts';
import { Control, DUE, MASKED, WAITED } from './control.ts';
import { Dispositions, initialHandler } from './dispositions.ts';
import { type Caller, type Frame, interruptedFrame } from './frame.ts';
import { nodeListeners } from './node-listeners.ts';
import { canUseThread, openSource } from './open-source.ts';
import type { Disposition, SignalSource } from './source.ts';
import { syncWithThread } from './thread-source.ts';
import { Wakeup } from './wakeup.ts';

/** Faults of the program itself, for which V8 may have handlers of its own (WebAssembly): they are never held back. */
const FAULTS: ReadonlySet<number> = new Set([SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP]);

const KEY = 'prac.signal/1';

/** A function that is called when a signal came, or `SIG_DFL`, or `SIG_IGN`. */
export type Handler = ((signum: number, frame: Frame | null) => void) | typeof SIG_DFL | typeof SIG_IGN;

/*
 * The signals of this process, on the main thread. In a worker: a copy of its own, to which nothing comes but what it raises
 * while it holds it back; and the words of the main thread, from which sigwait takes.
 *
 * A signal is caught while somebody wants it: it has a function for a handler, it is masked (it would do what it does by
 * itself otherwise), or somebody waits for it by `sigwait`. All others do what they always did.
 *
 *   source ──> control: PENDING, DUE ──> deliver(): at a blocking call (park's hook), at the next turn of the loop, at a
 *                                        checkpoint ──> handlers, ascending
 *                                    └──> sigwait takes PENDING itself; what is waited for is not delivered
 */
export class Runtime {
  readonly control: Control = new Control();
  /** The control words of the main thread; a worker that started before anybody there used this package has none. */
  readonly main: Control | undefined;
  readonly wakeup: Wakeup = new Wakeup(this.control);
  readonly #dispositions = new Dispositions();
  readonly #handlers = new Map<number, Handler>();
  readonly #waited = new Map<number, number>();

  constructor() {
    initialHandler(SIGINT); // reads what is ignored, before anything here changes it
    this.main = isMainThread ? this.control : inherited();
    if (isMainThread) setEnvironmentData(KEY, this.control.words);
  }

  /** Whether handlers can run while the main thread is blocked, as far as is known. Loads koffi. */
  get reachesBlocked(): boolean {
    return this.#dispositions.source?.reachesBlocked ?? canUseThread();
  }

  /** The same for certain: starts the signal thread. */
  canReachBlocked(): boolean {
    return this.#dispositions.openSource(this.#open).reachesBlocked;
  }

  handlerOf(signum: number): Handler | null {
    return this.#handlers.get(signum) ?? initialHandler(signum);
  }

  /** Returns 0 or an error number. */
  setHandler(signum: number, handler: Handler): number {
    const before = this.#handlers.get(signum);
    this.#handlers.set(signum, handler);
    let error = -1;
    try {
      error = this.#refresh(signum);
      if (error === 0 && handler === SIG_IGN) this.control.take(signum); // as in the kernel, what is pending is dropped
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
      this.control.hold(signum, WAITED);
      this.#refresh(signum);
    }
    return () => {
      for (const signum of signals) {
        const waiters = this.#waited.get(signum)! - 1;
        this.#waited.set(signum, waiters);
        if (waiters > 0) continue;
        this.control.letThrough(signum, WAITED);
        this.#settle(signum);
      }
    };
  }

  setMasked(signum: number, masked: boolean): void {
    if (masked) {
      this.control.hold(signum, MASKED);
      this.#refresh(signum);
    } else {
      this.control.letThrough(signum, MASKED);
      this.#settle(signum);
    }
  }

  /** A signal is no longer held back: what came meanwhile happens, by its handler or by itself. */
  #settle(signum: number): void {
    const { control } = this;
    if (control.isHeld(signum)) return;
    this.#refresh(signum); // gives it up, if nobody else wants it; what came until then has been noted
    if (typeof this.#handlers.get(signum) === 'function') {
      if (!control.isPending(signum)) return;
      this.wakeup.write(signum);
      this.#remind();
    } else if (control.take(signum) && this.handlerOf(signum) !== SIG_IGN && nodeListeners(signum) === 0) {
      process.kill(process.pid, signum);
    }
  }

  /** Has the signal do what is wished now. Returns 0 or an error number. */
  #refresh(signum: number): number {
    return isMainThread ? this.#dispositions.set(signum, this.#wish(signum), this.#open) : 0;
  }

  #wish(signum: number): Disposition {
    const handler = this.#handlers.get(signum);
    if (typeof handler === 'function') return 'caught';
    // A child that nobody waits for would vanish, and Node waits for its children by this signal.
    const isIgnored = this.handlerOf(signum) === SIG_IGN && signum !== SIGCHLD;
    const isHeld = this.control.isHeld(signum, isIgnored ? WAITED : WAITED | MASKED);
    if (isHeld && !FAULTS.has(signum)) return 'caught';
    if (!isIgnored) return 'default';
    return handler === SIG_IGN && !isLibcAvailable() ? 'caught' : 'ignored'; // it can only be caught and dropped
  }

  readonly #open = (): SignalSource =>
    openSource(this.control, {
      fromLoop: this.#deliverFromLoop,
      fromBlock: () => this.#deliver(() => interruptedFrame(block)),
    });

  /** Every signal that was sent before has come when this returns. */
  sync(): void {
    if (this.#dispositions.anyCaught) this.#dispositions.source?.sync();
    else if (!isMainThread && this.main !== undefined && isLibcAvailable()) syncWithThread(libc(), this.main.words);
  }

  #remind(): void {
    Atomics.store(this.control.words, DUE, 1);
    setImmediate(this.#deliverFromLoop);
  }

  readonly #deliverFromLoop = (): void => this.#deliver(() => null);

  /**
   * Sends this process a signal. When this returns it has come, and its handler has run, if it has one and is not held back.
   *
   * @param from - The function whose caller is interrupted.
   */
  raise(signum: number, send: () => void, from: Caller): void {
    if (!isMainThread) {
      if (signum < NSIG && this.control.isHeld(Math.max(0, signum))) this.control.raise(signum);
      else send();
      return;
    }
    if (signum === SIGINT && this.handlerOf(SIGINT) === defaultIntHandler) {
      this.setHandler(SIGINT, defaultIntHandler); // what a process begins with is only now installed
    }
    const isCaught = this.#dispositions.of(signum) === 'caught';
    if (!isCaught || !this.#dispositions.source!.raise(signum)) {
      send();
      if (!isCaught) return;
      this.sync(); // it has come; or another thread has taken it, or the loop has to turn
    }
    if (this.#isDeliverable(signum)) this.#deliver(() => interruptedFrame(from));
  }

  /** Runs the handlers that are due, if there are any. @param from - The function whose caller is interrupted. */
  checkpoint(from: Caller): void {
    if (this.control.due) this.#deliver(() => interruptedFrame(from));
  }

  #deliver(frame: () => Frame | null): void {
    Atomics.store(this.control.words, DUE, 0);
    this.#dispositions.source?.drain();
    this.wakeup.report();
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
    return this.control.isPending(signum) && !this.control.isHeld(signum);
  }

  #hasMore(from: number): boolean {
    for (let signum = from; signum < NSIG; signum++) if (this.#isDeliverable(signum)) return true;
    return false;
  }
}

/** Every worker that starts after the first use of this package on the main thread gets its words. */
function inherited(): Control | undefined {
  const words = getEnvironmentData(KEY);
  return words instanceof Int32Array ? new Control(words) : undefined;
}

const RUNTIME = Symbol.for(KEY);
const shared = globalThis as { [RUNTIME]?: Runtime };

/** The signals of this process: two copies of this package share them. */
export function runtime(): Runtime {
  shared[RUNTIME] ??= new Runtime();
  return shared[RUNTIME];
}
