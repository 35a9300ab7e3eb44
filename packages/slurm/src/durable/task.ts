import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dumps } from '@prac/pickle';
import { Popen } from '@prac/subprocess';
import { environment } from '../internal/environment.ts';
import { checkedCheckpoint, running } from '../task-context.ts';
import { readCall, writeResult } from './run-directory.ts';

/*
 * What a job does: the call of its number.
 *
 *   calls/I ──> fn(...args) ──> results/I ──> exit 0, or 1 if it has thrown
 *                   └── SIGUSR2, the time is about to be up: checkpoint() ──> calls/I anew ──> requeue
 */

/** Exit code of a job whose time was up, and that could do nothing about it. */
const OUT_OF_TIME = 75;

/** @param folder - Of the batch. */
export async function runTask(folder: string): Promise<void> {
  const { env } = process;
  const index = Number(env.SLURM_ARRAY_TASK_ID);
  const job = env.SLURM_ARRAY_JOB_ID ?? env.SLURM_JOB_ID ?? 'local';
  const restarts = Number(env.SLURM_RESTART_COUNT ?? 0);
  const run = `${env.SLURM_JOB_ID ?? process.pid}.${restarts}`;
  const node = env.SLURMD_NODENAME ?? '';
  const controller = new AbortController();
  /** Who waits for a signal of the system waits for nothing, as far as Node knows. */
  const keepAlive = (): void => {
    timer ??= setInterval(() => {}, 60_000);
  };
  let timer: NodeJS.Timeout | undefined;
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
  const call = await opened(folder, index);
  process.on('SIGUSR2', async () => {
    if (isLeaving) return;
    isLeaving = true;
    controller.abort('timeout');
    if (next === undefined || 'error' in call) return leave(folder, `${job}_${index}`, restarts);
    try {
      const args = await next();
      const path = join(folder, 'calls', String(index));
      writeFileSync(`${path}.next`, dumps<unknown>([call.fn, args], { name: 'call' }));
      renameSync(`${path}.next`, path);
      leave(folder, `${job}_${index}`, restarts);
    } catch (error) {
      writeResult(folder, index, { error, node, run });
      process.exit(1);
    }
  });
  const result = 'error' in call ? call : await outcomeOf(call);
  if (isLeaving) return; // it is begun anew
  writeResult(folder, index, { ...result, node, run });
  process.exit('error' in result ? 1 : 0);
}

type Call = { readonly fn: (...args: unknown[]) => unknown; readonly args: unknown[] } | { readonly error: unknown };

async function opened(folder: string, index: number): Promise<Call> {
  try {
    const [fn, args] = await readCall(folder, index);
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

/** Has the job begin anew, if it may. */
function leave(folder: string, job: string, restarts: number): void {
  const { maxTimeouts = 0 } = JSON.parse(readFileSync(join(folder, 'batch.json'), 'utf8')) as { maxTimeouts?: number };
  if (restarts >= maxTimeouts || job.startsWith('local')) process.exit(OUT_OF_TIME);
  new Popen(['scontrol', 'requeue', job], { env: environment() }).waitSync(); // ends this process
}
