// The pools of npm, and messages without a pool: what benchmarks of pools compare with.
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { rival } from './rival.ts';

const FOLDER = join(import.meta.dirname, '../../../bench/pools');
const inFolder = (file: string): string => join(FOLDER, file);

/** What `bench/pools/tasks.mjs` exports, and all contestants do. */
export type PoolTask = 'increment' | 'incrementAll' | 'lengthOf' | 'same';

/** Has a task done by one of its workers. */
export interface PoolContestant {
  readonly name: string;
  readonly version?: string | undefined;
  readonly skip?: string | undefined;
  run(task: PoolTask, value: unknown): Promise<unknown>;
  end(): unknown;
}

/** The tasks themselves. */
export async function poolTasks(): Promise<Record<PoolTask, (value: never) => unknown>> {
  return import(inFolder('tasks.mjs'));
}

/** Contestants with so many workers each. */
export async function poolContestants(size: number): Promise<PoolContestant[]> {
  return [
    rawThreads(size),
    rawProcesses(size),
    await piscina(size),
    await tinypool(size),
    await workerpool(size),
    await poolifier(size),
    await jestWorker(size),
  ];
}

/** Messages, and nothing else: to one worker after the other. */
function raw(
  name: string,
  workers: readonly { on(event: 'message', listener: (answer: { id: number; value: unknown }) => void): unknown }[],
  send: (worker: number, message: object) => void,
  end: () => unknown,
): PoolContestant {
  const waiting = new Map<number, (value: unknown) => void>();
  let id = 0;
  for (const worker of workers)
    worker.on('message', (answer) => {
      waiting.get(answer.id)!(answer.value);
      waiting.delete(answer.id);
    });
  return {
    name,
    run: (task, value) =>
      new Promise((resolve) => {
        waiting.set(++id, resolve);
        send(id % workers.length, { id, name: task, value });
      }),
    end,
  };
}

function rawThreads(size: number): PoolContestant {
  const workers = Array.from({ length: size }, () => new Worker(inFolder('raw-thread.mjs')));
  return raw(
    'postMessage, no pool',
    workers,
    (worker, message) => workers[worker]!.postMessage(message),
    () => Promise.all(workers.map((worker) => worker.terminate())),
  );
}

function rawProcesses(size: number): PoolContestant {
  const children: ChildProcess[] = Array.from({ length: size }, () =>
    fork(inFolder('raw-process.mjs'), { serialization: 'advanced', execArgv: [] }),
  );
  return raw(
    'IPC, no pool',
    children as never,
    (worker, message) => children[worker]!.send(message),
    () => children.map((child) => child.kill()),
  );
}

interface Runner {
  run(task: object): Promise<unknown>;
  destroy(): Promise<void>;
}
type RunnerClass = new (options: object) => Runner;

function runner(name: string, size: number, about: object, Type: RunnerClass | undefined): PoolContestant {
  const pool = Type && new Type({ filename: inFolder('piscina.mjs'), minThreads: size, maxThreads: size });
  return { name, ...about, run: (task, value) => pool!.run({ name: task, value }), end: () => pool!.destroy() };
}

async function piscina(size: number): Promise<PoolContestant> {
  const { module, ...about } = await rival<{ Piscina: RunnerClass }>('piscina');
  return runner('piscina', size, about, module?.Piscina);
}

async function tinypool(size: number): Promise<PoolContestant> {
  const { module, ...about } = await rival<{ default: RunnerClass }>('tinypool');
  return runner('tinypool', size, about, module?.default);
}

async function workerpool(size: number): Promise<PoolContestant> {
  interface Workerpool {
    pool(
      file: string,
      options: object,
    ): { exec(name: string, args: unknown[]): Promise<unknown>; terminate(): unknown };
  }
  const { module, ...about } = await rival<{ default: Workerpool }>('workerpool');
  const pool = module?.default.pool(inFolder('workerpool.mjs'), {
    workerType: 'thread',
    minWorkers: size,
    maxWorkers: size,
  });
  return {
    name: 'workerpool',
    ...about,
    run: async (task, value) => pool!.exec(task, [value]),
    end: () => pool!.terminate(),
  };
}

async function poolifier(size: number): Promise<PoolContestant> {
  type Fixed = new (
    count: number,
    file: string,
  ) => { execute(value: unknown, name: string): Promise<unknown>; destroy(): Promise<void> };
  const { module, ...about } = await rival<{ FixedThreadPool: Fixed }>('poolifier');
  const pool = module && new module.FixedThreadPool(size, inFolder('poolifier.mjs'));
  return { name: 'poolifier', ...about, run: (task, value) => pool!.execute(value, task), end: () => pool!.destroy() };
}

async function jestWorker(size: number): Promise<PoolContestant> {
  type Jest = new (
    file: string,
    options: object,
  ) => Record<PoolTask, (value: unknown) => Promise<unknown>> & { end(): unknown };
  const { module, ...about } = await rival<{ Worker: Jest }>('jest-worker');
  const pool = module && new module.Worker(inFolder('tasks.mjs'), { numWorkers: size, enableWorkerThreads: true });
  return { name: 'jest-worker', ...about, run: (task, value) => pool![task](value), end: () => pool!.end() };
}
