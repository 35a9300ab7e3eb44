import type { SpawnSyncReturns } from 'node:child_process';
import { constants } from 'node:os';
import { CompletedProcess } from '../../completed-process.ts';
import { type Captured, OutputLimitExceeded, TimeoutExpired } from '../../errors.ts';
import type { Command } from '../../options.ts';
import { Codec } from '../codec.ts';
import { pumpRefusal } from '../pump.ts';
import type { RunPlan } from '../run-steps.ts';
import { type Prepared, prepare } from '../start.ts';
import { translateNewlines } from '../text-mode.ts';
import { spawnArguments } from './node-spawn.ts';

/**
 * The blocking `run` of the last engine, where nothing but Node's own blocking call can read a pipe.
 *
 * Only the child is killed at a time limit, not its tree.
 */
export function runBySpawnSync(args: Command, plan: RunPlan): CompletedProcess {
  const prepared = prepare(args, plan.popenOptions, false);
  try {
    if (prepared.stdio.connections.some(({ pumped }) => pumped !== undefined)) throw pumpRefusal();
    const result = execute(prepared, plan);
    const [stdout, stderr] = [result.stdout, result.stderr].map((bytes, i) =>
      isPipe(prepared, i + 1) ? decode(bytes, prepared.settings.codec) : null,
    ) as [Captured, Captured];
    if (result.error !== undefined && !isBrokenPipe(result)) throw failureOf(args, plan, prepared, result);
    const returncode = result.signal === null ? result.status! : -constants.signals[result.signal];
    return new CompletedProcess(args, returncode, { stdout, stderr });
  } finally {
    prepared.stdio.started();
  }
}

function execute({ launch, settings }: Prepared, { input, timeout }: RunPlan): SpawnSyncReturns<Buffer> {
  const { file, args, options } = spawnArguments(launch);
  return process.getBuiltinModule('node:child_process').spawnSync(file, args, {
    ...options,
    encoding: 'buffer',
    input:
      typeof input === 'string' ? (settings.codec?.encode(input) ?? Buffer.from(input)) : (input ?? Buffer.alloc(0)),
    ...(timeout == null ? {} : { timeout: Math.max(1, timeout * 1000), killSignal: 'SIGKILL' }),
    maxBuffer: settings.maxOutput ?? Number.POSITIVE_INFINITY,
  });
}

/** The child did not want all of its input: that is its right. */
function isBrokenPipe({ error, status, signal }: SpawnSyncReturns<Buffer>): boolean {
  return (error as NodeJS.ErrnoException).code === 'EPIPE' && (status !== null || signal !== null);
}

function isPipe({ launch }: Prepared, index: number): boolean {
  return launch.stdio[index] === 'pipe';
}

function decode(bytes: Buffer, codec: Codec | undefined): string | Buffer {
  return codec === undefined ? bytes : translateNewlines(codec.decode(bytes));
}

function failureOf(args: Command, { timeout }: RunPlan, prepared: Prepared, result: SpawnSyncReturns<Buffer>): Error {
  const { code, errno } = result.error as NodeJS.ErrnoException;
  const { codec, maxOutput } = prepared.settings;
  const [output, stderr] = [result.stdout, result.stderr].map((bytes) => (bytes?.length > 0 ? bytes : null));
  if (code === 'ENOBUFS') {
    return new OutputLimitExceeded(args, maxOutput!, { output: output ?? null, stderr: stderr ?? null });
  }
  if (code === 'ETIMEDOUT') {
    const lenient = codec && new Codec(codec.encoding, 'replace'); // it may be cut within a character
    const [text, errorText] = [output, stderr].map((bytes) => (bytes && lenient ? lenient.decode(bytes) : bytes));
    return new TimeoutExpired(args, timeout!, { output: text, stderr: errorText });
  }
  return prepared.failure(Math.abs(errno ?? constants.errno.ENOENT));
}
