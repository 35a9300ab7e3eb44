import { callExceptionHandler } from './exception-handler.ts';

/*
 * Errors of futures that nobody asks for: they are told to the exception handler when the future is collected, or when the runner ends.
 */

/** Lives longer than the future that it is about. */
export interface Neglect {
  readonly kind: string;
  readonly text: string;
  readonly exception: unknown;
  isSeen: boolean;
}

interface Failed {
  readonly constructor: { readonly name: string };
  readonly error: unknown;
  neglect: Neglect | undefined;
  /** What it says of itself, without what it holds. */
  info(): string[];
}

const open = new Set<Neglect>();
const collected = new FinalizationRegistry<Neglect>(tell);

/** It has failed, and nobody knows. */
export function neglected(future: Failed): void {
  forgetReceivers(future.error);
  const kind = future.constructor.name;
  const text = `<${kind} ${future.info().join(' ')}>`;
  const neglect: Neglect = { kind, text, exception: future.error, isSeen: false };
  future.neglect = neglect;
  open.add(neglect);
  collected.register(future, neglect, neglect);
}

/** As long as nobody has looked at it, the stack of an error holds those whose methods were called: the task itself. */
function forgetReceivers(error: unknown): void {
  try {
    void (error as { stack?: unknown } | null | undefined)?.stack;
  } catch {
    // it is others' code
  }
}

/** Somebody has asked. */
export function wasSeen(future: { neglect: Neglect | undefined }): void {
  const { neglect } = future;
  if (neglect === undefined) return;
  neglect.isSeen = true;
  open.delete(neglect);
  collected.unregister(neglect);
  future.neglect = undefined;
}

/** Tells of all that are left: the program ends. */
export function tellNeglected(): void {
  for (const neglect of [...open]) tell(neglect);
}

function tell(neglect: Neglect): void {
  open.delete(neglect);
  if (neglect.isSeen) return;
  neglect.isSeen = true;
  const { kind, text, exception } = neglect;
  callExceptionHandler({ message: `${kind} exception was never retrieved`, exception, future: text });
}
