import { ensureFuture, type Outcome, type Waitable } from './ensure-future.ts';
import { Future } from './future.ts';
import { wasSeen } from './internal/neglected.ts';
import { travels } from './internal/world.ts';

/**
 * Waits for something that goes on when the waiting is cancelled.
 *
 * Keep what you shield in a variable: a task that nobody knows any more may be lost.
 *
 * Python: `asyncio.shield`.
 *
 * @example
 * import { createTask, run, shield, sleep } from '@prac/asyncio';
 * await run(async () => {
 *   const saving = createTask(() => sleep(0.01, 'saved'));
 *   const waiting = createTask(() => shield(saving));
 *   await sleep(0);
 *   waiting.cancel();
 *   console.log(await saving, waiting.cancelled()); // saved true
 * });
 */
export function shield<const W extends Waitable<unknown>>(waitable: W): Future<Outcome<W>> {
  const inner = ensureFuture(waitable);
  if (inner.done()) return inner;
  const outer = new Future<Outcome<W>>();
  const settle = (done: Future<Outcome<W>>): void => {
    if (outer.cancelled()) {
      wasSeen(done);
      return;
    }
    if (done.cancelled()) outer.cancel();
    else if (done.isFailed) {
      wasSeen(done);
      outer.fail(done.error);
    } else outer.finish(done.value as Outcome<W>);
  };
  inner.addDoneCallback(settle);
  outer.addDoneCallback(() => inner.done() || inner.removeDoneCallback(settle));
  return outer;
}

travels('shield', shield);
