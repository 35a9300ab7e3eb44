// What is under way when a pool ends, or an answer comes: found in reviews.
import { addChore } from '@prac/park';
import { Pool, SimpleQueue, WorkerLostError } from '@prac/pool';
import { type Answer, Engine, type Worker } from '@prac/pool/engine';
import { waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';
import type { Task } from '../src/engine/messages.ts';
import { sourceOf } from '../src/engine/sources.ts';
import { arena } from '../src/internal/arena.ts';

const NEXT = 1;

/** A worker whose answer is there before anybody can ask for it. */
function quickWorker(): { readonly answers: never; readonly worker: Worker } {
  const queue: Answer[] = [];
  const put = ([id]: Task): unknown => queue.push([1, id, 0, 0, undefined, 0.3]);
  const worker = {
    isThread: false,
    ended: () => undefined,
    untilEnded: () => new Promise<void>(() => {}),
    kill() {},
    terminate() {},
    end() {},
    tasks: { putNowait: put, putManySync: (all: Task[]) => all.map(put).length, empty: () => true, qsize: () => 0 },
  };
  const answers = {
    empty: () => queue.length === 0,
    getMany: async (most: number) => queue.splice(0, most),
    getManySync: (most: number) => queue.splice(0, most),
  };
  return { answers: answers as never, worker: worker as never };
}

test('answers that are always there need no deep stack, and let others have their turn', async () => {
  const { answers, worker } = quickWorker();
  const engine = new Engine({ size: 1, answers, maxTasks: Number.POSITIVE_INFINITY, create: () => worker });
  let [done, turns] = [0, 0];
  const counting = setInterval(() => turns++, 0);
  const fn = (n: number): number => n;
  const settle = (isDone: boolean): void => void (isDone && done++);
  engine.add(sourceOf(Array.from({ length: 8000 }, (_, i) => ({ fn, style: 0, args: [i], settle }))));
  await waitUntil(() => done === 8000);
  clearInterval(counting);
  expect(turns).toBeGreaterThan(1);
});

test('a pool that is ended by a callback while an answer is taken', async () => {
  const pool = new Pool({ processes: 1 });
  const pid = await pool.apply(() => process.pid);
  const made: SimpleQueue<number>[] = [];
  const result = pool.applyAsync(() => 1, [], {
    callback: () => {
      pool.joinSync();
      for (let i = 0; i < 4; i++) {
        const queue = new SimpleQueue<number>();
        queue.putSync(i);
        made.push(queue);
      }
    },
  });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300); // it has answered
  process.kill(pid, 'SIGKILL');
  pool.close();
  await pool.join();
  expect(await result).toBe(1);
  expect(made.map((queue) => queue.getSync())).toEqual([0, 1, 2, 3]);
});

test('a pool that is ended while its thread waits for it: its memory is used again only when nobody waits there', async () => {
  const pool = new Pool({ processes: 1 });
  await pool.apply(() => 1);
  const made: SimpleQueue<number>[] = [];
  const endChore = addChore(() => {
    if (made.length > 0) return;
    made.push(new SimpleQueue());
    pool.terminate();
    pool.joinSync();
    for (let i = 0; i < 4; i++) {
      const queue = new SimpleQueue<number>();
      queue.putSync(42);
      made.push(queue);
    }
  });
  const endless = (): void => {
    for (;;);
  };
  expect(() => pool.applySync(endless)).toThrow(WorkerLostError);
  endChore();
  expect(made.slice(1).map((queue) => [queue.qsize(), queue.statistics().getting])).toEqual(Array(4).fill([1, 0]));
});

test('pools that are closed, and not joined, give back what they had', async () => {
  const use = async (): Promise<void> => {
    const pool = new Pool({ processes: 1 });
    const pid = await pool.apply(() => process.pid);
    pool.close();
    await waitUntil(() => !isAlive(pid));
    await new Promise((resolve) => setTimeout(resolve, 100)); // until it is looked at
  };
  await use();
  await waitUntil(async () => {
    const before = arena().words[NEXT]!;
    await use();
    return arena().words[NEXT] === before;
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
