import { Future as ConcurrentFuture } from '@prac/futures/future';
import { callSoon } from '../calls.ts';
import { Coroutine } from '../coroutine.ts';
import { ensureFuture } from '../ensure-future.ts';
import type { Future } from '../future.ts';
import { wasSeen } from '../internal/neglected.ts';
import type { CoroutineLike } from '../task.ts';

/** Has a coroutine run by this thread's loop, for somebody who is no task: cancelling the future cancels the task. */
export function started<T>(coroutine: CoroutineLike<T>): ConcurrentFuture<T> {
  const future = new ConcurrentFuture<T>();
  callSoon(() => {
    let task: Future<T>;
    try {
      task = ensureFuture(coroutine) as Future<T>;
    } catch (error) {
      if (coroutine instanceof Coroutine) coroutine.close(); // nobody can await it any more
      if (future.setRunningOrNotifyCancel()) future.setException(error);
      throw error; // as in Python: the loop's exception handler is told, too
    }
    task.addDoneCallback(() => settle(future, task));
    future.addDoneCallback(() => {
      if (future.cancelled()) callSoon(() => task.cancel());
    });
  });
  return future;
}

function settle<T>(future: ConcurrentFuture<T>, task: Future<T>): void {
  if (task.cancelled()) future.cancel();
  if (task.isFailed) wasSeen(task);
  if (!future.setRunningOrNotifyCancel()) return;
  if (task.isFailed) future.setException(task.error);
  else future.setResult(task.value as T);
}
