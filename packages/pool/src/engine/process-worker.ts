import { Process } from '../process.ts';
import { SimpleQueue } from '../queue.ts';
import type { Worker } from './engine.ts';
import type { Answer, Task } from './messages.ts';
import { work } from './work.ts';

type Fn = (...args: unknown[]) => unknown;

/** What workers do before their first task. */
export interface Beginning {
  readonly initializer: Fn | undefined;
  readonly initargs: readonly unknown[];
}

/** Starts a process that works. */
export function processWorker(
  number: number,
  answers: SimpleQueue<Answer>,
  beginning: Beginning,
  name = `SpawnPoolWorker-${number}`,
  daemon = true,
): Worker {
  const tasks = new SimpleQueue<Task>();
  const position = { worker: number, tasks, answers, isThread: false, ...beginning };
  const process = new Process({
    target: work as never,
    args: [position] as never,
    daemon,
    name,
  });
  process.start();
  return {
    tasks,
    isThread: false,
    ended() {
      const { exitcode } = process;
      if (exitcode === null) return undefined;
      return `worker process ${process.name} (pid ${process.pid}) ended with exit code ${exitcode}`;
    },
    untilEnded: (signal) => process.join({ signal }),
    kill: () => process.kill(),
    terminate: () => process.terminate(),
    end: () => process.kill(),
    join: () => process.join(),
    joinSync: () => process.joinSync(),
    gone: () => tasks.giveBack(),
  };
}
