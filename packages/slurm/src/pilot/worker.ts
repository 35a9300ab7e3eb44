import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Pickler, Unpickler } from '@prac/pickle';
import { programOf } from '../internal/world.ts';
import { back } from '../program.ts';
import { running } from '../task-context.ts';
import { connect } from './connect.ts';
import type { Hello, Invitation } from './messages.ts';
import { BYE, DONE, DRAIN, FAILED, FUNCTION, HELLO, RETURNED, TAKE_BACK, TASK, Wire } from './wire.ts';

type AnyFunction = (...args: unknown[]) => unknown;

interface Task {
  readonly id: number;
  readonly attempt: number;
  readonly bytes: Uint8Array;
  readonly fn: number;
}

/** Says hello, and does what it is told, one thing after the other, until the connection ends. @param path - Of the invitation. */
export async function runWorker(path: string): Promise<void> {
  const invitation = JSON.parse(readFileSync(path, 'utf8')) as Invitation;
  const { env } = process;
  const unpickler = new Unpickler({ roots: invitation.roots });
  const pickler = new Pickler({ roots: back(invitation.roots) });
  const hello: Hello = {
    worker: `${process.pid}@${env.SLURMD_NODENAME ?? hostname()}#${Date.now()}`,
    key: env.PRAC_LAUNCH ?? (env.SLURM_ARRAY_JOB_ID === undefined ? String(process.pid) : jobIdOf(env)),
    isPulse: false,
    node: env.SLURMD_NODENAME ?? hostname(),
    jobId: jobIdOf(env),
    pid: process.pid,
    restarts: Number(env.SLURM_RESTART_COUNT ?? 0),
  };
  const leave = (): never => process.exit(0);
  const tasks: Task[] = [];
  const functions = new Map<number, Promise<AnyFunction>>();
  let isBusy = false;
  const wire = new Wire(await connect(invitation), (kind, id, attempt, bytes, fn) => {
    if (kind === BYE) leave();
    if (kind === TAKE_BACK) {
      const at = tasks.findIndex((task) => task.id === id && task.attempt === attempt);
      if (at < 0) return; // it has begun
      tasks.splice(at, 1);
      wire.send(RETURNED, id, attempt);
    }
    if (kind === FUNCTION) {
      const opened = unpickler.loads<AnyFunction>(bytes);
      opened.catch(() => {}); // who calls it is told
      functions.set(id, opened);
    }
    if (kind !== TASK) return;
    tasks.push({ id, attempt, bytes, fn });
    if (!isBusy) void work();
  });
  wire.socket.on('close', leave);
  const controller = new AbortController();
  running.context = {
    jobId: hello.jobId,
    node: hello.node,
    restarts: hello.restarts,
    signal: controller.signal,
    checkpoint() {
      throw new Error('a worker of a pool has no checkpoints: its tasks are begun anew elsewhere');
    },
  };
  process.on('SIGUSR2', () => {
    controller.abort('timeout');
    wire.send(DRAIN);
  });
  wire.send(HELLO, 0, 0, Buffer.from(JSON.stringify(hello)));
  new Worker(programOf('pulse'), { workerData: { invitation, hello } }).on('error', leave);

  async function work(): Promise<void> {
    isBusy = true;
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const { id, attempt } = task;
      try {
        const [fn, args] = await callOf(task);
        wire.send(DONE, id, attempt, pickler.dumps(await fn(...args), 'result'));
      } catch (error) {
        wire.send(FAILED, id, attempt, bytesOf(error));
      }
    }
    isBusy = false;
  }

  async function callOf({ bytes, fn }: Task): Promise<[fn: AnyFunction, args: unknown[]]> {
    if (fn === 0) return unpickler.loads<[AnyFunction, unknown[]]>(bytes);
    return [await functions.get(fn)!, await unpickler.loads<unknown[]>(bytes)];
  }

  function bytesOf(error: unknown): Uint8Array {
    try {
      return pickler.dumps(error, 'error');
    } catch (why) {
      return pickler.dumps(why);
    }
  }
}

function jobIdOf(env: NodeJS.ProcessEnv): string {
  if (env.SLURM_ARRAY_JOB_ID !== undefined) return `${env.SLURM_ARRAY_JOB_ID}_${env.SLURM_ARRAY_TASK_ID}`;
  return env.SLURM_JOB_ID ?? 'local';
}
