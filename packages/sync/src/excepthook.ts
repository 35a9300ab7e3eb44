import { inspect } from 'node:util';
import { repr, SystemExit } from '@prac/exceptions';
import { writeAll } from './internal/output.ts';
import { IDENT, shared, travels } from './internal/world.ts';
import type { Thread } from './thread.ts';

/** What a hook for uncaught errors is told. */
export interface ExceptHookArgs {
  /** The class of the error, if it has one. */
  readonly excType: unknown;
  readonly excValue: unknown;
  /** Its stack, with the frames of the thread. */
  readonly excTraceback: string | undefined;
  readonly thread: Thread | undefined;
}

export type ExceptHook = (args: ExceptHookArgs) => void;

interface Hooks {
  hook: ExceptHook | undefined;
  /** Word 0: whether this world has a hook. Its threads look there. */
  readonly flag: Int32Array<SharedArrayBuffer>;
}

const hooks: Hooks = shared('excepthook', () => ({ hook: undefined, flag: new Int32Array(new SharedArrayBuffer(4)) }));

/**
 * Writes an uncaught error of a thread to stderr, with the thread's name and the stack. It is what happens unless
 * {@link setExcepthook} says otherwise.
 *
 * Python: `threading.excepthook`.
 */
export function excepthook({ excValue, thread }: ExceptHookArgs): void {
  if (excValue instanceof SystemExit) return;
  writeAll(2, `Exception in thread ${thread?.name ?? IDENT}:\n${inspect(excValue)}\n`);
}

/**
 * Sets what is called with the uncaught errors of threads: those of the threads that this one starts, and its own.
 *
 * It runs in this thread: at once where its event loop runs, and at the latest when the thread is joined. Without one,
 * the failing thread writes to stderr itself.
 *
 * Python: assigning `threading.excepthook`.
 *
 * @param hook - `null` for none.
 * @returns The one before it, if there was one.
 * @throws {TypeError} if it is no function.
 * @example
 * import { setExcepthook, Thread } from '@prac/sync';
 * setExcepthook(({ excValue, thread }) => console.log(thread?.name, String(excValue)));
 * const thread = new Thread({ target: () => { throw new Error('oops'); }, name: 'fragile' });
 * thread.start();
 * await thread.join(); // fragile Error: oops
 * setExcepthook(null);
 */
export function setExcepthook(hook: ExceptHook | null): ExceptHook | undefined {
  if (hook !== null && typeof hook !== 'function')
    throw new TypeError(`Expected a function or null, got ${repr(hook)}`);
  const before = hooks.hook;
  hooks.hook = hook ?? undefined;
  Atomics.store(hooks.flag, 0, Number(hooks.hook !== undefined));
  return before;
}

/** Where a thread reads whether the one that has started it has a hook. @internal */
export function hookFlag(): SharedArrayBuffer {
  return hooks.flag.buffer;
}

/** Whether this thread has a hook of its own. @internal */
export function hasHook(): boolean {
  return hooks.hook !== undefined;
}

/** Calls the hook of this thread. One that fails is told of on stderr. @internal */
export function callHook(error: unknown, thread: Thread | undefined): void {
  const args: ExceptHookArgs = {
    excType: (error as { constructor?: unknown } | null | undefined)?.constructor,
    excValue: error,
    excTraceback: (error as { stack?: string } | null | undefined)?.stack,
    thread,
  };
  const hook = hooks.hook ?? excepthook;
  try {
    hook(args);
  } catch (failure) {
    writeAll(2, `Exception in excepthook:\n${inspect(failure)}\n`);
    excepthook(args);
  }
}

travels('excepthook', excepthook);
travels('setExcepthook', setExcepthook);
