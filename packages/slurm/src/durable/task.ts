import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Roots } from '@prac/pickle';
import { Popen } from '@prac/subprocess';
import { environment } from '../internal/environment.ts';
import { checkedCheckpoint, running } from '../task-context.ts';
import { type BatchRecord, readCall, writeCall, writeResult } from './run-directory.ts';

/*
 * What a job does: the call of its number.
 *
 *   calls/I ──> fn(...args) ──> results/I ──> exit 0, or 1 if it has thrown
 *                   └── SIGUSR2, the time is about to be up: checkpoint() ──> calls/I anew ──> requeue
 */

/** @param folder - Of the batch. */
export async function runTask(folder: string): Promise<void> {
  const { env } = process;
  const index = Number(env.SLURM_ARRAY_TASK_ID);
  const job = env.SLURM_ARRAY_JOB_ID ?? env.SLURM_JOB_ID ?? 'local';
  const restarts = Number(env.SLURM_RESTART_COUNT ?? 0);
  const run = `${env.SLURM_JOB_ID ?? process.pid}.${restarts}`;
  const node = env.SLURMD_NODENAME ?? '';
  const { maxTimeouts, options } = JSON.parse(readFileSync(join(folder, 'batch.json'), 'utf8')) as BatchRecord;
  const roots = options.roots ?? {};
  const controller = new AbortController();
  /** Who waits for a signal of the system waits for nothing, as far as Node knows. */
  const keepAlive = (): void => {
    if (!isKept) setInterval(() => {}, 60_000);
    isKept = true;
  };
  let isKept = false;
  let next: (() => readonly unknown[] | PromiseLike<readonly unknown[]>) | undefined;
  running.context = {
    jobId: `${job}_${index}`,
    node,
    restarts,
    get signal() {
      keepAlive();
      return controller.signal;
    },
    checkpoint(fn) {
      checkedCheckpoint(fn);
      keepAlive();
      next = fn;
    },
  };
  let isLeaving = false;
  const call = await opened(folder, index, roots);
  process.on('SIGUSR2', async () => {
    controller.abort('timeout');
    if (isLeaving || restarts >= maxTimeouts || 'error' in call) return; // it goes on until its end
    isLeaving = true;
    try {
      if (next !== undefined) writeCall(folder, index, [call.fn, await next()], roots);
      new Popen(['scontrol', 'requeue', `${job}_${index}`], { env: environment() }).waitSync(); // ends this process
    } catch (error) {
      writeResult(folder, index, { error, node, run }, roots);
      process.exit(1);
    }
  });
  const result = 'error' in call ? call : await outcomeOf(call);
  if (isLeaving) return; // it is begun anew
  writeResult(folder, index, { ...result, node, run }, roots);
  process.exit('error' in result ? 1 : 0);
}

type Call = { readonly fn: (...args: unknown[]) => unknown; readonly args: unknown[] } | { readonly error: unknown };

async function opened(folder: string, index: number, roots: Roots): Promise<Call> {
  try {
    const [fn, args] = await readCall(folder, index, roots);
    return { fn, args };
  } catch (error) {
    return { error };
  }
}

async function outcomeOf(
  call: Exclude<Call, { readonly error: unknown }>,
): Promise<{ value: unknown } | { error: unknown }> {
  try {
    return { value: await call.fn(...call.args) };
  } catch (error) {
    return { error };
  }
}
