// Runs in a directory: who attaches to them, what they depend on, and what becomes of jobs that end badly.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ValueError } from '@prac/exceptions';
import {
  Job,
  SlurmExecutor,
  type SlurmFuture,
  sbatch,
  scancel,
  scontrol,
  squeue,
  TimeoutError,
  taskContext,
} from '@prac/slurm';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { inOwnDirectory, node, onCluster } from './helpers/cluster.ts';
import { Signal, untilFile } from './helpers/files.ts';
import { firstLine, startProgram } from './helpers/program.ts';

const holding = async (begun: string, go: string, value: string): Promise<string> => {
  const { appendFileSync } = await import('node:fs');
  appendFileSync(begun, `${taskContext().restarts}\n`);
  await untilFile(go);
  return value;
};

describe('on this machine', () => {
  inOwnDirectory();

  test('what is submitted in a turn is one batch, and each has a folder for what it writes', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', launcher: 'local' });
    const hello = executor.submit(() => console.log('hello from the job'));
    const other = executor.submit(() => {
      const { jobId, node, restarts } = taskContext();
      return { jobId, node, restarts };
    });
    await Promise.all([hello, other]);
    expect(hello.log()).toBe('hello from the job');
    expect(readdirSync('run').sort()).toEqual(['0', 'run.json']);
    expect(await other).toEqual({ jobId: other.jobId, node: 'localhost', restarts: 0 });
    expect([hello.node, executor.futures]).toEqual(['localhost', [hello, other]]);
  });

  test('other options are another batch; a future that is an argument is waited for', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', launcher: 'local', maxParallel: 1 });
    const a = executor.submit(() => 40);
    const b = executor.withOptions({ cpusPerTask: 2 }).submit((n: unknown) => (n as number) + 1, a);
    const c = executor.submit((all: unknown) => (all as { b: number }).b + 1, { b });
    expect(await c).toBe(42);
    expect(readdirSync('run').sort()).toEqual(['0', '1', '2', 'run.json']);
    const failing = executor.submit(() => Promise.reject(new ValueError('bad')));
    await expect(executor.submit((n: unknown) => n, failing)).rejects.toThrow(new ValueError('bad'));
  });

  test('the directory of the run is removed: what is left fails, and nothing hangs', async () => {
    const executor = new SlurmExecutor({ directory: 'run', launcher: 'local' });
    const begun = new Signal('begun');
    const future = executor.submit(holding, begun.path, 'never', '');
    await begun.wait();
    rmSync('run', { recursive: true });
    await expect(future).rejects.toMatchObject({ code: 'ENOENT' });
    await executor.shutdown();
  });

  test('a directory has one run; what is no run cannot be attached to', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', launcher: 'local' });
    expect(() => new SlurmExecutor({ directory: 'run' })).toThrow(
      `there is a run in ${executor.directory}: attach to it`,
    );
    expect(() => SlurmExecutor.attach('nothing')).toThrow(ValueError);
    mkdirSync('old');
    writeFileSync('old/run.json', '{"version":99}');
    expect(() => SlurmExecutor.attach('old')).toThrow('of another version of this package: 99');
  });

  test.each([
    [{ launcher: 'cloud' as never }, "Expected launcher to be 'slurm' or 'local', got 'cloud'"],
    [{ maxParallel: 0 }, 'maxParallel must be a whole number above 0, got 0'],
    [{ maxTimeouts: -1 }, 'maxTimeouts must be a whole number, got -1'],
    [{ resultGrace: -1 }, 'resultGrace must be a number of seconds, got -1'],
    [{ mem: 'much' }, 'Expected mem to be'],
    [{ time: 0 }, 'time must be a number of seconds above 0, got 0'],
    [{ output: 'x' } as never, "Unknown option 'output'"],
  ])('%o is refused', (options, text) => {
    expect(() => new SlurmExecutor(options)).toThrow(text);
    expect(existsSync('prac-run')).toBe(false);
  });

  test('a program that ends without having waited is followed by another', async () => {
    const program = startProgram(`
      import { SlurmExecutor } from '@prac/slurm';
      const executor = new SlurmExecutor({ directory: 'run', launcher: 'local' });
      const first = executor.submit(() => 1);
      executor.submit((n) => new Promise((resolve) => setTimeout(resolve, 3_600_000)), 2);
      await first;
      console.log('one is done');
    `);
    expect(await firstLine(program)).toBe('one is done');
    program.kill();
    await program.wait();
    await using executor = SlurmExecutor.attach('run', { launcher: 'local' });
    const [first, second] = executor.futures as [SlurmFuture, SlurmFuture];
    expect(await first).toBe(1);
    await waitUntil(() => second.running(), { within: 20 }); // it is begun anew
    second.kill();
    await expect(second).rejects.toMatchObject({ name: 'JobCancelledError' });
  });
});

onCluster('on a cluster', () => {
  inOwnDirectory();

  test('the submitting program is killed: another has all results, and nothing is submitted twice', async () => {
    const program = startProgram(`
      import { SlurmExecutor } from '@prac/slurm';
      const executor = new SlurmExecutor({ directory: 'run', partition: 'normal' });
      const futures = Array.from({ length: 8 }, (_, i) => executor.submit((i) => i ** 2, i));
      while (futures.some(({ jobId }) => jobId === undefined)) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(futures[0].jobId);
      await new Promise(() => {});
    `);
    const job = (await firstLine(program)).split('_')[0]!;
    program.kill();
    await program.wait();
    await using executor = SlurmExecutor.attach('run');
    expect(await Promise.all(executor.futures)).toEqual([0, 1, 4, 9, 16, 25, 36, 49]);
    expect(executor.futures[7]!.jobId).toBe(`${job}_7`);
    const jobs = await squeue({ me: true, states: 'all' });
    expect(new Set(jobs.filter(({ name }) => name === 'prac').map(({ id }) => id.split('_')[0]))).toContain(job);
    expect(await executor.submit(() => 'more')).toBe('more');
  });

  test('a program that was killed before it knew of its job: it is found by its name', async () => {
    const before = new SlurmExecutor({ directory: 'run', hold: true });
    const future = before.submit(() => 5);
    await before.detach();
    const number = readFileSync('run/0/job', 'utf8');
    expect(future.jobId).toBe(`${number}_0`);
    rmSync('run/0/job'); // as if it had been killed behind sbatch
    await using after = SlurmExecutor.attach('run');
    await scontrol.release(number);
    expect(await after.futures[0]).toBe(5);
    expect(after.futures[0]!.jobId).toBe(`${number}_0`);
  });

  test('more calls than an array may have here are several arrays', async () => {
    const { PATH } = process.env;
    mkdirSync('bin');
    const fake =
      '#!/bin/sh\n[ "$2" = config ] && exec echo "MaxArraySize = 2"\nPATH=$(echo "$PATH" | cut -d: -f2-) exec scontrol "$@"\n';
    writeFileSync('bin/scontrol', fake, { mode: 0o755 });
    process.env.PATH = `${resolve('bin')}:${PATH}`;
    try {
      await using executor = new SlurmExecutor({ directory: 'run' });
      const futures = Array.from({ length: 5 }, (_, i) => executor.submit((i) => i, i));
      expect(await Promise.all(futures)).toEqual([0, 1, 2, 3, 4]);
      expect(readdirSync('run').sort()).toEqual(['0', '1', '2', 'run.json']);
    } finally {
      process.env.PATH = PATH;
    }
  });

  test('what waits is cancelled; what others cancel, what runs out of nodes and what dies is told', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', resultGrace: 0 });
    const waits = executor.withOptions({ hold: true }).submit(() => 1);
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const others = executor.submit(holding, begun.path, go.path, 'never');
    const dies = executor.submit(() => process.kill(process.pid, 'SIGSEGV'));
    const silent = executor.submit(() => process.exit(0));
    const impossible = executor.withOptions({ partition: 'nowhere' }).submit(() => 1);
    await begun.wait();
    await waitUntil(() => waits.jobId);
    expect(waits.cancel()).toBe(true);
    await scancel(others.jobId!);
    await expect(others).rejects.toMatchObject({ name: 'JobCancelledError', state: 'CANCELLED', jobId: others.jobId });
    await expect(dies).rejects.toMatchObject({ name: 'JobFailedError', state: 'FAILED', signal: 11 });
    await expect(silent).rejects.toMatchObject({ name: 'JobDiedError', state: 'COMPLETED', exitCode: 0 });
    await expect(impossible).rejects.toMatchObject({ name: 'SubmitError' });
    await expect(waits).rejects.toMatchObject({ name: 'CancelledError' });
  });

  test('a task is told that its time is about to be up, and goes on from its checkpoint', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', maxTimeouts: 1 });
    const begun = new Signal('begun');
    const counts = async (from: number, begun: string): Promise<string> => {
      const { writeFileSync } = await import('node:fs');
      const context = taskContext();
      if (context.restarts > 0) return `went on from ${from}, ${context.restarts}`;
      context.checkpoint(() => [from + 41, begun]);
      writeFileSync(begun, '');
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
      return new Promise(() => {});
    };
    const future = executor.submit(counts, 1, begun.path);
    await begun.wait();
    await scancel(future.jobId!, { signal: 'USR2', batch: true }); // as Slurm does before the end
    expect(await future).toBe('went on from 42, 1');
  }, 90_000);

  test('whose time is up fails; who has to make room for others is begun anew', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', resultGrace: 0 });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const late = executor.submit(() => new Promise((resolve) => setTimeout(resolve, 3_600_000)));
    const whole = { nodelist: 'tcn4', cpusPerTask: 4 };
    const preempted = executor
      .withOptions({ ...whole, partition: 'preemptible' })
      .submit(holding, begun.path, go.path, 'in the end');
    await begun.wait();
    await waitUntil(async () => (await new Job(late.jobId!).state()) === 'RUNNING');
    await scontrol.update({ JobId: late.jobId!, EndTime: 'now+1' }); // limits are looked at twice a minute
    const preferred = await sbatch({ ...whole, partition: 'normal', command: ['true'] });
    await preferred.wait(60);
    await waitUntil(() => readFileSync(begun.path, 'utf8') === '0\n1\n', { within: 60 });
    go.set();
    expect(await preempted).toBe('in the end');
    await expect(late).rejects.toMatchObject({ name: 'JobTimeoutError', state: 'TIMEOUT', jobId: late.jobId });
    expect(await late.exception()).toBeInstanceOf(TimeoutError);
  }, 120_000);

  test('one job twice at once: the node is lost, the job is not. One result counts', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', nodelist: 'tcn3' });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const future = executor.submit(holding, begun.path, go.path, 'once');
    await begun.wait();
    try {
      node('orphan', 'tcn3');
      await scontrol.update({ NodeName: 'tcn3', State: 'DOWN', Reason: 'test' });
      await waitUntil(async () => (await new Job(future.jobId!).state()) === 'PENDING', { within: 20 });
      await scontrol.update({ JobId: future.jobId!, ReqNodeList: 'tcn4' });
      await waitUntil(() => readFileSync(begun.path, 'utf8') === '0\n1\n', { within: 40 }); // both run now
      go.set();
      expect(await future).toBe('once');
      expect(readdirSync(join('run', '0', 'results'))).toEqual(['0']);
    } finally {
      node('up', 'tcn3');
    }
  }, 120_000);
});
