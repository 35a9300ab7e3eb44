// Workers that stay: how they come and go, and what becomes of tasks meanwhile.

import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { connect as connectNet } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SlurmPoolExecutor, scancel, squeue, taskContext } from '@prac/slurm';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { inOwnDirectory, node, onCluster } from './helpers/cluster.ts';
import { begunTimes, holding, invitationIn, Signal, untilFile } from './helpers/files.ts';
import { firstLine, startProgram } from './helpers/program.ts';

describe('on this machine', () => {
  inOwnDirectory();

  test('a task whose worker is killed is begun anew elsewhere', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 2, launcher: 'local' });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const future = executor.submit(holding, begun.path, go.path);
    await begun.wait();
    const pid = await executor.submit(() => process.pid); // of the other
    const [victim] = executor.workers.filter((worker) => worker.pid !== pid);
    process.kill(victim!.pid, 'SIGKILL');
    await waitUntil(() => begunTimes(begun) === 2);
    go.set();
    expect(await future).not.toBe(victim!.pid);
    await waitUntil(() => executor.workers.length === 2, { within: 20 }); // another has taken its place
  });

  test('what must not run twice fails; what kills every worker does in the end', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, launcher: 'local', retries: 1 });
    const begun = new Signal('begun');
    const kills = async (begun: string): Promise<never> => {
      const { appendFileSync } = await import('node:fs');
      appendFileSync(begun, 'begun\n');
      process.kill(process.pid, 'SIGKILL');
      return new Promise(() => {});
    };
    const once = executor.withOptions({ requeue: false }).submit(kills, begun.path);
    await expect(once).rejects.toThrow(/^the worker on .* was lost while it ran the task$/);
    expect(begunTimes(begun)).toBe(1);
    await expect(executor.submit(kills, begun.path)).rejects.toThrow(
      /was lost while it ran the task, and 1 before it$/,
    );
    expect(begunTimes(begun)).toBe(3);
    expect(await executor.submit(() => 'goes on')).toBe('goes on');
  });

  test('short tasks that must not run twice do not, wherever their worker is killed', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, launcher: 'local' });
    for (let i = 0; i < 3; i++) await Promise.all(Array.from({ length: 100 }, () => executor.submit(() => 0))); // several at a time
    const begun = new Signal('begun');
    const quick = (i: number, path: string): number => {
      process.getBuiltinModule('node:fs').appendFileSync(path, `${i}\n`);
      if (i === 3) process.kill(process.pid, 'SIGKILL');
      return i;
    };
    const once = executor.withOptions({ requeue: false });
    const all = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => once.submit(quick, i, begun.path)));
    expect(all.map(({ status }) => status === 'fulfilled')).toEqual([true, true, true, false, true, true]);
    expect(readFileSync(begun.path, 'utf8')).toBe('0\n1\n2\n3\n4\n5\n');
  });

  test('a worker that gives no sign of life is lost', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, launcher: 'local', heartbeat: 0.1, patience: 1 });
    const pid = await executor.submit(() => process.pid);
    process.kill(pid, 'SIGSTOP');
    expect(await executor.submit(() => process.pid)).not.toBe(pid);
    await waitUntil(() => !isAlive(pid)); // nothing is left of it
  });

  test('a task that computes for long gives signs of life', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, launcher: 'local', heartbeat: 0.1, patience: 3 });
    const computes = (seconds: number): number => {
      const until = Date.now() + 1000 * seconds;
      while (Date.now() < until);
      return process.pid;
    };
    const pid = await executor.submit(() => process.pid);
    expect(await executor.withOptions({ requeue: false }).submit(computes, 5)).toBe(pid);
  });

  test('higher priorities first; nothing waits behind a long task while somebody is idle', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 2, launcher: 'local' });
    await Promise.all(Array.from({ length: 200 }, () => executor.submit(() => 0))); // short: several at a time
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const long = executor.submit(holding, begun.path, go.path);
    const short = Array.from({ length: 20 }, (_, i) => executor.submit((i: number) => i, i));
    expect(await Promise.all(short)).toHaveLength(20);
    const other = new Signal('other');
    const long2 = executor.submit(holding, begun.path, other.path);
    await waitUntil(() => long.running() && long2.running()); // and long enough: nothing is given behind them
    const order: string[] = [];
    const last = executor.withOptions({ priority: 1 }).submit(() => 'low');
    const first = executor.withOptions({ priority: 2 }).submit(() => 'high');
    for (const future of [last, first]) future.addDoneCallback((done) => order.push(done.resultSync()));
    go.set(); // one of the two has room again
    await Promise.all([long, last, first]);
    expect(order).toEqual(['high', 'low']);
    other.set();
    await long2;
  });

  test('there are as many workers as there is work', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, launcher: 'local' });
    executor.adapt({ min: 0, max: 3, idleTimeout: 0.2 });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const all = Array.from({ length: 5 }, () => executor.submit(holding, begun.path, go.path));
    await waitUntil(() => begunTimes(begun) === 3, { within: 20 });
    go.set();
    await Promise.all(all);
    await waitUntil(() => executor.workers.length === 0, { within: 20 });
    expect(await executor.submit(() => 'again')).toBe('again');
  });

  test('fewer, when that is asked for: never fewer than the least, and what runs goes on', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 4, launcher: 'local' });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const all = Array.from({ length: 4 }, () => executor.submit(holding, begun.path, go.path));
    await waitUntil(() => begunTimes(begun) === 4, { within: 20 });
    executor.adapt({ min: 2, max: 3, idleTimeout: 0.05 });
    const next = executor.submit(() => process.pid);
    go.set();
    const pids = await Promise.all(all);
    expect(pids).toContain(await next); // nobody new has come for it
    let least = 4;
    await waitUntil(() => {
      least = Math.min(least, executor.workers.length);
      return executor.workers.length === 2;
    });
    for (let i = 0; i < 20; i++) await executor.submit(() => 1);
    await new Promise((resolve) => setTimeout(resolve, 200)); // longer than anybody may be idle
    expect([executor.workers.length, least]).toEqual([2, 2]);
    await executor.shutdown();
    expect(executor.workers).toEqual([]);
  });

  test('two pools in one directory, and one within a task of another', async () => {
    await using a = new SlurmPoolExecutor({ launcher: 'local', directory: 'pool' });
    await using b = new SlurmPoolExecutor({ launcher: 'local', directory: 'pool' });
    const [ofA, ofB] = await Promise.all([a, b].map((executor) => executor.submit(() => process.ppid)));
    expect(ofA).toBe(ofB);
    const inner = async (): Promise<number> => {
      const { mkdtempSync } = await import('node:fs');
      const directory = mkdtempSync('inner-');
      const executor = new SlurmPoolExecutor({ launcher: 'local', directory });
      const result = await executor.submit((n: number) => n * 2, 21);
      await executor.shutdown();
      return result;
    };
    expect(await a.submit(inner)).toBe(42);
  });

  test('functions are sent anew when what they have captured has changed, and forgotten with them', async () => {
    await using executor = new SlurmPoolExecutor({ launcher: 'local' });
    let n = 1;
    const counts = (): number => n;
    const results: number[] = [];
    for (; n <= 3; n++) results.push(await executor.submit(counts));
    expect(results).toEqual([1, 2, 3]);
    for (let round = 0; round < 50; round++) {
      const factor = round;
      const fn = (i: number): number => i * factor;
      const all = await Promise.all([1, 2, 3].map((i) => executor.submit(fn, i)));
      expect(all).toEqual([factor, 2 * factor, 3 * factor]);
    }
  });

  test('workers that end before they are there: the pool is broken, and says why', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 3, launcher: 'local', host: '192.0.2.1' });
    await expect(executor.submit(() => 1)).rejects.toMatchObject({ name: 'BrokenExecutor' });
    expect(() => executor.submit(() => 1)).toThrow('EADDRNOTAVAIL');
  });

  test('who does not know the key gets nowhere, and disturbs nobody', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, launcher: 'local', directory: 'pool' });
    await executor.submit(() => 1);
    expect(statSync(invitationIn('pool')).mode & 0o777).toBe(0o600);
    const { address } = JSON.parse(readFileSync(invitationIn('pool'), 'utf8')) as {
      readonly address: { port: number };
    };
    const { port } = address;
    const strangers = [
      () => connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }),
      () =>
        connectTls({
          port,
          host: '127.0.0.1',
          ciphers: 'PSK-AES256-GCM-SHA384',
          maxVersion: 'TLSv1.2',
          pskCallback: () => ({ psk: Buffer.alloc(32), identity: 'worker' }),
          checkServerIdentity: () => undefined,
        }),
      () => connectNet(port, '127.0.0.1').end('GET / HTTP/1.1\r\n\r\n'),
    ];
    for (const connect of strangers) {
      const socket = connect();
      await new Promise((resolve) => socket.on('error', resolve).on('close', resolve));
      socket.destroy();
    }
    expect(await executor.submit(() => 2)).toBe(2);
    const silent = connectNet(port, '127.0.0.1');
    await once(silent, 'connect');
    await executor.shutdown(); // does not wait for who says nothing
    silent.destroy();
  });

  test('the program is killed: its workers end', async () => {
    const program = startProgram(`
      import { SlurmPoolExecutor } from '@prac/slurm';
      const executor = new SlurmPoolExecutor({ workers: 2, launcher: 'local' });
      await executor.submit(() => 1);
      while (executor.workers.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(executor.workers.map(({ pid }) => pid).join(' '));
      await executor.submit(() => { for (;;); });
    `);
    const pids = (await firstLine(program)).split(' ').map(Number);
    program.kill();
    await program.wait();
    await waitUntil(() => !pids.some(isAlive), { within: 20 });
  });

  test.each([
    [{ workers: 0 }, 'workers must be at least 1, got 0'],
    [{ workers: 'two' as never }, "Expected workers to be an integer, got 'two'"],
    [{ launcher: 'cloud' as never }, 'Expected launcher to be sbatch, srun, local'],
    [{ port: 99_999 }, 'port must be at most 65535, got 99999'],
    [{ drainNotice: 100_000 }, 'drainNotice must be at most 65535'],
    [{ patience: Number.POSITIVE_INFINITY }, 'patience must be a number of seconds above 0, got inf'],
    [{ patience: 1 }, 'patience (1) must be more than heartbeat (5)'],
    [{ directory: 'a\\b' }, 'must have no backslash in its path'],
    [{ patience: 0 }, 'patience must be a number of seconds above 0, got 0'],
    [{ partition: 5 as never }, 'Expected partition to be a string, got 5'],
    [{ wat: 1 } as never, "Unknown option 'wat'"],
  ])('%o is refused', (options, text) => {
    expect(() => new SlurmPoolExecutor(options)).toThrow(text);
    expect(readdirSync('.')).toEqual([]);
  });
});

onCluster('on a cluster', () => {
  inOwnDirectory();

  test('a node fails: its task is begun anew on another, and the worker comes back', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 2, ntasks: 1, cpusPerTask: 3 }); // one on each node
    await waitUntil(() => executor.workers.length === 2, { within: 30 });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const holds = async (begun: string, go: string): Promise<string> => {
      const { appendFileSync } = await import('node:fs');
      appendFileSync(begun, `${process.env.SLURMD_NODENAME}\n`);
      await untilFile(go);
      return process.env.SLURMD_NODENAME!;
    };
    const future = executor.submit(holds, begun.path, go.path);
    await begun.wait();
    const victim = readFileSync(begun.path, 'utf8').trim();
    try {
      node('down', victim);
      await waitUntil(() => begunTimes(begun) === 2, { within: 30 });
      go.set();
      expect(await future).not.toBe(victim);
    } finally {
      node('up', victim);
    }
  });

  test('a worker whose time is about to be up takes no more, and another comes', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1 });
    const pid = await executor.submit(() => process.pid);
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const last = executor.submit(holding, begun.path, go.path);
    await begun.wait();
    await scancel(executor.workers[0]!.jobId, { signal: 'USR2', batch: true });
    const next = executor.submit(() => process.pid);
    await waitUntil(() => executor.workers.length === 2, { within: 20 });
    expect(await next).not.toBe(pid);
    go.set();
    expect(await last).toBe(pid);
    await waitUntil(() => executor.workers.length === 1, { within: 20 });
  });

  test('a task that takes longer than workers have fails in the end', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, retries: 0 });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const future = executor.submit(holding, begun.path, go.path);
    await begun.wait();
    const { jobId } = executor.workers[0]!;
    await scancel(jobId, { signal: 'USR2', batch: true });
    await waitUntil(() => executor.workers.length === 2, { within: 20 }); // another has come, since it drains
    await scancel(jobId);
    await expect(future).rejects.toMatchObject({ name: 'WorkerLostError' });
    expect(begunTimes(begun)).toBe(1);
  });

  test('shut down before sbatch has answered: no job is left', async () => {
    for (const delay of [0, 5, 20, 60]) {
      const executor = new SlurmPoolExecutor({ workers: 20, jobName: 'soon' });
      await new Promise((resolve) => setTimeout(resolve, delay));
      await executor.shutdown();
      const left = await squeue({ me: true, name: 'soon' });
      expect(left.filter(({ state }) => state !== 'COMPLETING')).toEqual([]);
    }
  });

  test('jobs that others cancel are replaced; tasks see their job', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, jobName: 'mine' });
    const first = await executor.submit(() => taskContext().jobId);
    expect(await squeue({ me: true, name: 'mine' })).toMatchObject([{ id: first, state: 'RUNNING' }]);
    await scancel(first);
    await waitUntil(() => executor.workers.some(({ jobId }) => jobId !== first), { within: 20 });
    await waitUntil(() => executor.workers.length === 1);
    expect(await executor.submit(() => taskContext().jobId)).not.toBe(first);
  });

  test('what cannot be submitted breaks the pool', async () => {
    await using executor = new SlurmPoolExecutor({ workers: 1, partition: 'nowhere' });
    await expect(executor.submit(() => 1)).rejects.toThrow(/invalid partition specified/);
  });

  test.each(['sbatch', 'srun'])('the program is killed: no job is left (%s)', async (launcher) => {
    const program = startProgram(`
      import { SlurmPoolExecutor } from '@prac/slurm';
      const executor = new SlurmPoolExecutor({ workers: 2, launcher: '${launcher}', jobName: 'orphans' });
      await executor.submit(() => 1);
      while (executor.workers.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log('there');
      await executor.submit(() => { for (;;); });
    `);
    expect(await firstLine(program)).toBe('there');
    program.kill();
    await program.wait();
    await waitUntil(async () => (await squeue({ me: true, name: 'orphans' })).length === 0, { within: 30 });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
