import { ensureFuture, type Outcome, type Waitable } from './ensure-future.ts';
import { CancelledError } from './errors.ts';
import { Future } from './future.ts';
import { addToAwaitedBy, discardFromAwaitedBy } from './internal/awaited-by.ts';
import { wasSeen } from './internal/neglected.ts';
import { optionsAmong } from './internal/options.ts';
import { travels } from './internal/world.ts';

/** Options of {@link gather}. */
export interface GatherOptions {
  /** What was thrown is among the results. @defaultValue the first that is thrown is thrown by the whole; the others go on */
  readonly returnExceptions?: boolean | null | undefined;
}

/** The results of some waitables. */
export type Outcomes<W extends readonly unknown[]> = { -readonly [I in keyof W]: Outcome<W[I]> };

class Gathering<T> extends Future<T> {
  children: readonly Future<unknown>[] = [];
  isCancelRequested = false;

  override stop(message: string | undefined): boolean {
    if (this.done()) return false;
    let isHit = false;
    for (const child of this.children) if (child.stop(message)) isHit = true;
    if (isHit) {
      // It is done when its children are.
      this.isCancelRequested = true;
      this.cancelMessage = message;
    }
    return isHit;
  }

  override get title(): string {
    return '_GatheringFuture';
  }
}

/**
 * Runs several things at once, and waits for all their results, in the order in which they are given.
 *
 * Cancelling it cancels all of them. If one fails the others go on: see {@link TaskGroup} for what ends them.
 *
 * Python: `asyncio.gather`.
 *
 * @param all - Functions, coroutines, futures; options may be the last.
 * @example
 * import { gather, run, sleep } from '@prac/asyncio';
 * await run(async () => {
 *   console.log(await gather(sleep(0.02, 'slow'), () => sleep(0.01, 'quick'))); // [ 'slow', 'quick' ]
 * });
 */
export function gather<const W extends readonly Waitable<unknown>[]>(...all: W): Future<Outcomes<W>>;
export function gather<const W extends readonly Waitable<unknown>[]>(
  ...all: [...W, GatherOptions | null | undefined]
): Future<Outcomes<W>>;
export function gather(...all: readonly unknown[]): Future<unknown[]> {
  const [waitables, { returnExceptions }] = optionsAmong<GatherOptions>(all, ['returnExceptions']);
  const outer = new Gathering<unknown[]>();
  if (waitables.length === 0) {
    outer.finish([]);
    return outer;
  }
  const children = futuresOf(waitables);
  const different = new Set(children);
  outer.children = children;
  for (const child of children) addToAwaitedBy(child, outer as Future);
  let left = different.size;
  const take = (child: Future<unknown>): void => {
    left--;
    discardFromAwaitedBy(child, outer as Future);
    if (outer.done()) {
      wasSeen(child);
      return;
    }
    if (!returnExceptions && child.cancelled()) outer.fail(child.cancelledError());
    else if (!returnExceptions && child.isFailed) outer.fail(seen(child));
    else if (left > 0) return;
    else if (outer.isCancelRequested) outer.fail(outer.cancelledError());
    else outer.finish(children.map(outcomeOf));
  };
  const early: Future<unknown>[] = [];
  for (const child of different)
    if (child.done()) early.push(child);
    else child.whenDone(take);
  for (const child of early) take(child);
  return outer;
}

/** What is given several times is waited for once; a function is called each time. */
function futuresOf(waitables: readonly unknown[]): Future<unknown>[] {
  const known = new Map<unknown, Future<unknown>>();
  return waitables.map((waitable) => {
    const future = known.get(waitable) ?? ensureFuture(waitable as Waitable<unknown>);
    if (typeof waitable !== 'function') known.set(waitable, future);
    return future;
  });
}

function outcomeOf(child: Future<unknown>): unknown {
  if (child.cancelled()) return new CancelledError(child.cancelMessage ?? '');
  return child.isFailed ? seen(child) : child.value;
}

function seen(child: Future<unknown>): unknown {
  wasSeen(child);
  return child.error;
}

travels('gather', gather);
