import { ValueError } from '@prac/exceptions';
import { block, deadlineAfter, type Steps, suspend } from '@prac/park';
import { CompletedProcess } from '../completed-process.ts';
import { PIPE } from '../constants.ts';
import { type Captured, TimeoutExpired } from '../errors.ts';
import type { Command, PopenOptions, RunOptions } from '../options.ts';
import { ChildCore, type TreeOptions } from './child-core.ts';
import { engine } from './engines/choose.ts';
import { runBySpawnSync } from './engines/spawn-sync.ts';

/*
 * `run`, of which `call`, `checkOutput` and the others are special cases:
 *
 *   start ──> communicate ──> CompletedProcess
 *                 │
 *                 ├─ the time limit passes, too much output, an abort: the child is ended (with its tree), the error goes on
 *                 └─ any other error: the same
 */

/** The options of `run`, sorted. */
export interface RunPlan {
  readonly input: RunOptions['input'];
  readonly timeout: RunOptions['timeout'];
  readonly check: boolean;
  readonly popenOptions: PopenOptions;
  readonly tree: TreeOptions;
}

/** @throws {ValueError} for options that contradict each other. */
function planRun(options: RunOptions): RunPlan {
  const { input, captureOutput, timeout, check, signal, ...rest } = options;
  deadlineAfter(timeout); // refuses what is no time, before anything is started
  if (input != null && rest.stdin != null) throw new ValueError('stdin and input arguments may not both be used.');
  if (captureOutput && (rest.stdout != null || rest.stderr != null)) {
    throw new ValueError('stdout and stderr arguments may not be used with capture_output.');
  }
  const isLimited = timeout != null || signal != null || rest.maxOutput != null;
  const popenOptions: PopenOptions = {
    ...rest,
    ...(input == null ? {} : { stdin: PIPE }),
    ...(captureOutput ? { stdout: PIPE, stderr: PIPE } : {}),
  };
  // At a limit the whole tree goes. A group of its own finds orphans too; without one, they are those we cannot find.
  const tree = rest.killTree ?? isLimited;
  const ownGroup = tree && mayLeadGroup(popenOptions);
  return { input, timeout, check: check ?? false, popenOptions, tree: { killsTree: tree, ownGroup } };
}

/**
 * Whether a group of its own does no harm: nobody at a terminal waits for Ctrl-C to reach the child, or the child for input
 * from a terminal that only the foreground group may read.
 */
function mayLeadGroup({ stdout, stderr }: RunOptions): boolean {
  if (stdout !== PIPE || stderr == null) return false;
  const { isatty } = process.getBuiltinModule('node:tty');
  return !isatty(0) && !isatty(2);
}

function* runSteps(child: ChildCore, { input, timeout, check }: RunPlan): Steps<CompletedProcess> {
  let output: [Captured, Captured];
  try {
    output = yield* child.communicateSteps(input, timeout);
  } catch (error) {
    yield* child.endSteps();
    if (error instanceof TimeoutExpired) Object.assign(error, child.captured());
    throw error;
  } finally {
    child.abandonPipes();
  }
  const [stdout, stderr] = output;
  return completed(new CompletedProcess(child.args, child.returncode!, { stdout, stderr }), check);
}

function completed(result: CompletedProcess, check: boolean): CompletedProcess {
  if (check) result.checkReturncode();
  return result;
}

/** Runs to the end, for the asynchronous forms. The child has started when this returns. */
export async function runAsync(args: Command, options: RunOptions): Promise<CompletedProcess> {
  const plan = planRun(options);
  options.signal?.throwIfAborted();
  return suspend(runSteps(new ChildCore(args, plan.popenOptions, plan.tree), plan), options);
}

/** Runs to the end, blocking the thread. */
export function runBlocking(args: Command, options: RunOptions): CompletedProcess {
  if (options.signal != null) throw new TypeError('A blocking call cannot be aborted: use timeout instead of signal');
  const plan = planRun(options);
  if (engine().name === 'child-process') return completed(runBySpawnSync(args, plan), plan.check);
  return block(runSteps(new ChildCore(args, plan.popenOptions, plan.tree), plan));
}
