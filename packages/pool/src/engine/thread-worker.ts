import { SimpleQueue } from '@prac/queue';
import { Thread } from '@prac/sync';
import type { Worker } from './engine.ts';
import { type Answer, STOPPING, type Task } from './messages.ts';
import type { Beginning } from './process-worker.ts';
import { work } from './work.ts';

const TERMINATE: unique symbol = Symbol.for('prac.sync.terminate') as never;

/** Starts a thread that works. */
export function threadWorker(
  number: number,
  answers: SimpleQueue<Answer>,
  beginning: Beginning,
  name = `ThreadPoolWorker-${number}`,
): Worker {
  const tasks = new SimpleQueue<Task>();
  const position = { worker: number, tasks, answers, isThread: true, ...beginning };
  const thread = new Thread({
    target: work as never,
    args: [position] as never,
    daemon: true,
    name,
  });
  thread.start();
  const end = (): void => (thread as unknown as { [TERMINATE](): void })[TERMINATE]();
  return {
    tasks,
    isThread: true,
    hand: (task, transfer) => tasks.putSync(task, { transfer }),
    ended: () => (thread.isAlive() ? undefined : `worker thread ${thread.name} ended`),
    untilEnded: (signal) => thread.join({ signal }),
    kill() {
      try {
        while (!tasks.empty()) tasks.getNowait();
      } catch {
        // It has taken the last one itself.
      }
      tasks.putNowait(STOPPING);
    },
    terminate: end,
    end,
    join: () => thread.join(),
    joinSync: () => thread.joinSync(),
  };
}
