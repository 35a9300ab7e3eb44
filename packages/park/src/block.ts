import { RuntimeError } from '@prac/exceptions';
import { doChores, hooks, longestBlock } from './hooks.ts';
import { millisecondsUntil, type Steps, type Wait } from './wait.ts';
import { Word } from './word.ts';

/** A word that never changes, to sleep on. */
const NEVER: Word = new Word(new Int32Array(new SharedArrayBuffer(4)), 0);

/**
 * Runs a waiting loop on this thread, which sleeps while the loop waits.
 *
 * On the thread of the signal handlers they run inside, before and after each sleep: what one throws is thrown into the loop,
 * which leaves its wait as if it had been aborted.
 *
 * @throws {RuntimeError} if only the event loop can tell when what it waits for is ready.
 */
export function block<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (!step.done) step = attend(steps, step.value);
  return step.value;
}

function attend<T>(steps: Steps<T>, wait: Wait): IteratorResult<Wait, T> {
  try {
    sleepOn(wait);
  } catch (error) {
    for (const waitable of wait.on) waitable.passOn?.();
    return steps.throw(error);
  }
  return steps.next();
}

function sleepOn({ on, deadline }: Wait): void {
  const places = on.length === 0 ? NEVER.parkWhile(0).on : on;
  const deaf = places.find((waitable) => waitable.blocker === null);
  if (deaf !== undefined) throw deaf.refusal?.() ?? new RuntimeError('only the event loop can wait for this');
  // A handler may have changed everything: the loop tries again before it sleeps.
  if (runHandlers()) return;
  doChores();
  places[0]!.blocker!.block(places, Math.min(millisecondsUntil(deadline), longestBlock()));
  runHandlers();
}

function runHandlers(): boolean {
  if (!hooks.signal?.due) return false;
  hooks.signal.deliver();
  return true;
}
