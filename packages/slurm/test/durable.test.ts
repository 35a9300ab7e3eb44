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

/** The same, of a call that gives 7. */
const untilThere = async (path: string): Promise<number> => {
  await untilFile(path);
  return 7;
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

  test('futures that are arguments are waited for, also with room for others; whoever depends on what fails, fails', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', launcher: 'local', maxParallel: 4 });
    const go = new Signal('go');
    const slow = executor.submit(untilThere, go.path);
    const next = executor.submit((n: unknown) => (n as number) + 1, slow);
    expect(await executor.submit(() => 'beside')).toBe('beside');
    go.set();
    expect(await next).toBe(8);
    const held = executor.submit(holding, 'begun', 'never', '');
    const dependents = [0, 1].map(() => executor.submit((n: unknown) => n, held));
    const last = executor.submit((n: unknown) => n, dependents[0]);
    await waitUntil(() => held.running(), { within: 20 });
    held.kill();
    for (const future of [held, ...dependents, last])
      await expect(future).rejects.toMatchObject({ name: 'JobCancelledError' });
  });

  test('blocking while the event loop submits: it is submitted, once', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', launcher: 'local' });
    for (const turns of [0, 1, 2, 5, 20]) {
      const future = executor.submit((n: number) => n + 1, turns);
      for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
      expect(future.resultSync(20)).toBe(turns + 1);
    }
  });

  test('two programs submit to one run: nobody takes the place of the other', async () => {
    await using a = new SlurmExecutor({ directory: 'run', launcher: 'local' });
    expect(await a.submit(() => 'first')).toBe('first');
    await using b = SlurmExecutor.attach('run', { launcher: 'local' });
    const both = [a.submit(() => 'a'), b.submit(() => 'b'), a.submit(() => 'A')];
    expect(await Promise.all(both)).toEqual(['a', 'b', 'A']);
  });

  test('what cannot be written fails, and nothing hangs', async () => {
    const executor = new SlurmExecutor({ directory: 'run', launcher: 'local' });
    rmSync('run', { recursive: true });
    writeFileSync('run', '');
    await expect(executor.submit(() => 1)).rejects.toMatchObject({ code: 'ENOTDIR' });
    expect(() => executor.submit(() => 1).resultSync()).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
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
    writeFileSync('old/run.json', '{"version":');
    expect(() => SlurmExecutor.attach('old')).toThrow(/the run in .* is damaged: its run.json cannot be read/);
    expect(() => SlurmExecutor.attach('run', { directory: 'x' } as never)).toThrow('attach has its directory');
  });

  test.each([
    [{ launcher: 'cloud' as never }, "Expected launcher to be 'slurm' or 'local', got 'cloud'"],
    [{ maxParallel: 0 }, 'maxParallel must be a whole number above 0, got 0'],
    [{ maxTimeouts: -1 }, 'maxTimeouts must be a whole number, got -1'],
    [{ resultGrace: -1 }, 'resultGrace must be a number of seconds, got -1'],
    [{ mem: 'much' }, 'Expected mem to be'],
    [{ timeoutNotice: 0.5 }, 'timeoutNotice must be a whole number of seconds up to 65535, got 0.5'],
    [{ directory: 'a\\b' }, 'must have no backslash in its path'],
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

  test('blocking while sbatch is under way: the job is submitted, once', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', jobName: 'blocked' });
    const delays = [1, 4, 8, 16, 40];
    for (const delay of delays) {
      const future = executor.submit((n: number) => n, delay);
      await new Promise((resolve) => setTimeout(resolve, delay)); // some of them within sbatch
      expect(future.resultSync(30)).toBe(delay);
    }
    await waitUntil(async () => (await squeue({ me: true, name: 'blocked' })).length === 0);
    const all = await squeue({ me: true, states: 'all', name: 'blocked' });
    expect(all.filter(({ state }) => state !== 'CANCELLED')).toHaveLength(delays.length);
  }, 90_000);

  test('one of an array of which nothing has begun is cancelled, and the others are not', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', resultGrace: 0, hold: true });
    const all = [0, 1, 2, 3].map((i) => executor.submit((i) => i, i));
    await waitUntil(() => all.every(({ jobId }) => jobId !== undefined), { within: 20 });
    expect(all[1]!.cancel()).toBe(true);
    const left = await squeue({ me: true });
    expect(left.map(({ id }) => id).sort()).toEqual([0, 2, 3].map((i) => all[i]!.jobId));
    for (const { id } of left) await scontrol.release(id);
    expect(await Promise.all([0, 2, 3].map((i) => all[i]))).toEqual([0, 2, 3]);
  });

  test('whoever depends on what was cancelled or killed fails, and its job with it', async () => {
    await using executor = new SlurmExecutor({ directory: 'run', jobName: 'dependents', resultGrace: 0 });
    const held = executor.withOptions({ hold: true });
    const [a, b] = [held.submit(() => 1), held.submit(() => 1)];
    const [ofA, ofB] = [executor.submit((n: unknown) => n, a), executor.submit((n: unknown) => n, b)];
    await waitUntil(() => ofA.jobId !== undefined && ofB.jobId !== undefined, { within: 20 });
    expect(a.cancel()).toBe(true);
    b.kill();
    await expect(b).rejects.toMatchObject({ name: 'JobCancelledError', state: 'CANCELLED', jobId: b.jobId });
    await expect(ofA).rejects.toThrow('what it waits for was cancelled');
    await expect(ofB).rejects.toMatchObject({ name: 'JobCancelledError', jobId: b.jobId });
    await waitUntil(async () => (await squeue({ me: true, name: 'dependents' })).length === 0);
  });

  test('what depends is known to whoever attaches', async () => {
    const before = new SlurmExecutor({ directory: 'run', hold: true });
    const first = before.submit(() => 20);
    before.submit((n: unknown) => (n as number) + 1, first);
    await before.detach();
    const jobs = [0, 1].map((batch) => readFileSync(`run/${batch}/job`, 'utf8'));
    await scancel(jobs[1]!);
    rmSync('run/1/job'); // as if its program had been killed before it was submitted
    writeFileSync('run/1/batch.json', readFileSync('run/1/batch.json', 'utf8').replace('"hold":true', '"hold":false'));
    writeFileSync('run/1/batch.json', readFileSync('run/1/batch.json', 'utf8').replace('"mark":"', '"mark":"anew-'));
    await using after = SlurmExecutor.attach('run');
    await waitUntil(() => after.futures[1]!.jobId !== undefined, { within: 20 });
    await scontrol.release(jobs[0]!);
    expect(await after.futures[1]).toBe(21);
  });

  test('all that waits is cancelled at once; a controller that does not answer is no error of the end', async () => {
    const executor = new SlurmExecutor({ directory: 'run', hold: true });
    const many = Array.from({ length: 300 }, () => executor.submit(() => 1));
    await waitUntil(() => many.every(({ jobId }) => jobId !== undefined), { within: 20 });
    await executor.shutdown({ cancelFutures: true });
    expect(many.every((future) => future.cancelled())).toBe(true);
    const sooner = new SlurmExecutor({ directory: 'sooner' });
    const future = sooner.submit(() => 1);
    await waitUntil(() => sooner.futures[0]!.place !== undefined);
    expect([future.cancel() || future.running() || future.done(), future.done()]).toEqual([true, future.cancelled()]);
    await sooner.shutdown();
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
