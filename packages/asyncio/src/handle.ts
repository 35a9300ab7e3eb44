import { type Context, callIn, currentContext } from './context-var.ts';
import { callExceptionHandler } from './internal/exception-handler.ts';
import { isInterrupt } from './internal/interrupts.ts';
import { nameOf } from './internal/names.ts';
import { type Runnable, scheduler } from './internal/scheduler.ts';
import type { Timed } from './internal/timers.ts';
import { travels } from './internal/world.ts';

/**
 * A call that is to be made.
 *
 * Python: `asyncio.Handle`.
 */
export class Handle implements Runnable {
  /** @internal */
  isCancelled = false;
  readonly #callback: (...args: never[]) => unknown;
  readonly #args: readonly unknown[];
  readonly #context: Context;

  /** @internal */
  constructor(callback: (...args: never[]) => unknown, args: readonly unknown[], context: Context | null | undefined) {
    this.#callback = callback;
    this.#args = args;
    this.#context = context ?? currentContext().copy();
  }

  /** It is not made. */
  cancel(): void {
    this.isCancelled = true;
  }

  cancelled(): boolean {
    return this.isCancelled;
  }

  getContext(): Context {
    return this.#context;
  }

  /** @internal */
  run(): void {
    if (this.isCancelled) return;
    runCallback(this.#context, () => this.#callback(...(this.#args as never[])), { handle: this });
  }

  toString(): string {
    const what = this.isCancelled ? ' cancelled' : ` ${nameOf(this.#callback)}()`;
    return `<${this.constructor.name}${what}>`;
  }
}

/** Calls something that is of no task. What it throws is told to the exception handler. @internal */
export function runCallback(context: Context, call: () => unknown, about: { readonly handle?: Handle }): void {
  const before = scheduler.override;
  scheduler.override = null;
  try {
    scheduler.storage.run(null, callIn, context, call); // also what it does later is of no task
  } catch (exception) {
    if (isInterrupt(exception)) scheduler.interrupted?.(exception);
    callExceptionHandler({ message: `Exception in callback ${about.handle ?? ''}`.trim(), exception, ...about });
  } finally {
    scheduler.override = before;
  }
}

let count = 0;

/** The next number for what has a time. @internal */
export function nextSerial(): number {
  return ++count;
}

/**
 * A call that is to be made at a time.
 *
 * Python: `asyncio.TimerHandle`.
 */
export class TimerHandle extends Handle implements Timed {
  /** @internal */
  readonly due: number;
  /** @internal */
  readonly serial: number = nextSerial();
  /** With whose end it is cancelled. @internal */
  loop: object | undefined;

  /** @internal */
  constructor(
    due: number,
    callback: (...args: never[]) => unknown,
    args: readonly unknown[],
    context: Context | null | undefined,
  ) {
    super(callback, args, context);
    this.due = due;
    scheduler.timers.add(this);
    scheduler.timersChanged();
  }

  /** On the loop's clock, in seconds. */
  when(): number {
    return this.due;
  }

  override cancel(): void {
    if (this.isCancelled) return;
    super.cancel();
    scheduler.timers.forget(this);
    scheduler.timersChanged();
  }
}

travels('Handle', Handle);
travels('TimerHandle', TimerHandle);
