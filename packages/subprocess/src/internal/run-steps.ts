import { isatty } from 'node:tty';
import { ValueError } from '@prac/exceptions';
import { CompletedProcess } from '../completed-process.ts';
import { PIPE } from '../constants.ts';
import { type Captured, TimeoutExpired } from '../errors.ts';
import type { Command, RunOptions } from '../options.ts';
import { ChildCore } from './child-core.ts';
import type { Kernel } from './kernel.ts';
import { block, type Steps, suspend } from './waiting.ts';

/*
 * `run`, of which `call`, `checkOutput` and the others are special cases:
 *
 *   start ──> communicate ──> CompletedProcess
 *                 │
 *                 ├─ the time limit passes, too much output, an abort: the child is ended (with its tree), the error goes on
 *                 └─ any other error: the same
 */

/** A started run: the steps that wait for it, for either driver. */
export interface Run {
  readonly kernel: Kernel;
  readonly steps: Steps<CompletedProcess>;
}

/** Starts the child. @throws what Popen throws, and {ValueError} for options that contradict each other. */
export function startRun(args: Command, options: RunOptions): Run {
  const { input, captureOutput, timeout, check, signal, ...rest } = options;
  signal?.throwIfAborted();
  if (input != null && rest.stdin != null) throw new ValueError('stdin and input arguments may not both be used.');
  if (captureOutput && (rest.stdout != null || rest.stderr != null)) {
    throw new ValueError('stdout and stderr arguments may not be used with capture_output.');
  }
  const popenOptions = {
    ...rest,
    ...(input == null ? {} : { stdin: PIPE }),
    ...(captureOutput ? { stdout: PIPE, stderr: PIPE } : {}),
  };
  const isLimited = timeout != null || signal != null || rest.maxOutput != null;
  const child = new ChildCore(
    args,
    { ...popenOptions, killTree: rest.killTree ?? (isLimited ? null : false) },
    isLimited && mayLeadGroup(popenOptions),
  );
  return { kernel: child.kernel, steps: runSteps(child, input, timeout, check ?? false) };
}

/**
 * Whether a group of its own does no harm: nobody at a terminal waits for Ctrl-C to reach the child, or the child for input
 * from a terminal that only the foreground group may read.
 */
function mayLeadGroup({ stdout, stderr }: RunOptions): boolean {
  return stdout === PIPE && stderr != null && !isatty(0) && !isatty(2);
}

function* runSteps(
  child: ChildCore,
  input: RunOptions['input'],
  timeout: RunOptions['timeout'],
  check: boolean,
): Steps<CompletedProcess> {
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
  const completed = new CompletedProcess(child.args, child.returncode!, { stdout, stderr });
  if (check) completed.checkReturncode();
  return completed;
}

/** Runs to the end, for the asynchronous forms. */
export async function runAsync(args: Command, options: RunOptions): Promise<CompletedProcess> {
  return suspend(startRun(args, options).steps, options.signal);
}

/** Runs to the end, blocking the thread. */
export function runBlocking(args: Command, options: RunOptions): CompletedProcess {
  if (options.signal != null) throw new TypeError('A blocking call cannot be aborted: use timeout instead of signal');
  const { steps, kernel } = startRun(args, options);
  return block(steps, kernel);
}
