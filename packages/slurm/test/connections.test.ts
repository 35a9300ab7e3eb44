// Workers whose connections break, and workers without connections.
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectNet, createServer, type Server, type Socket } from 'node:net';
import { SlurmPoolExecutor } from '@prac/slurm';
import { waitUntil } from '@prac/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { inOwnDirectory } from './helpers/cluster.ts';
import { begunTimes, holding, invitationIn, mailIn, Signal } from './helpers/files.ts';
import { firstLine, startProgram } from './helpers/program.ts';

/** What stands between workers and the program: a firewall that forgets connections. */
class Middlebox {
  readonly #server: Server;
  readonly #pairs = new Set<[Socket, Socket]>();
  /** Where the program listens. */
  target = 0;
  isOpen = true;
  connections = 0;

  constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (near) => {
      if (!this.isOpen) {
        near.resetAndDestroy();
        return;
      }
      this.connections++;
      const far = connectNet({ port: this.target, host: '127.0.0.1', allowHalfOpen: true });
      const pair: [Socket, Socket] = [near, far];
      this.#pairs.add(pair);
      near.pipe(far).pipe(near);
      for (const socket of pair) socket.on('error', () => {}).on('close', () => this.#pairs.delete(pair));
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as { port: number }).port;
  }

  /** Forgets all connections. */
  reset(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  close(): void {
    this.#server.close();
    this.reset();
  }
}

describe('a connection that breaks', () => {
  inOwnDirectory();
  let box: Middlebox;
  let executor: SlurmPoolExecutor;

  beforeEach(async () => {
    box = new Middlebox();
    const port = await box.listen();
    // Workers are told of the middlebox as soon as the first of them has been started the usual way.
    executor = new SlurmPoolExecutor({
      workers: 1,
      launcher: 'local',
      directory: 'pool',
      heartbeat: 0.1,
      patience: 20,
    });
    const first = await executor.submit(() => process.pid);
    const invitation = JSON.parse(readFileSync(invitationIn('pool'), 'utf8')) as {
      address: { port: number; hosts: string[] };
    };
    box.target = invitation.address.port;
    Object.assign(invitation.address, { port, hosts: ['127.0.0.1'] });
    writeFileSync(invitationIn('pool'), JSON.stringify(invitation));
    process.kill(first, 'SIGKILL');
    await waitUntil(() => box.connections === 2, { within: 20 }); // for tasks, and for heartbeats
    expect(await executor.submit(() => process.pid)).not.toBe(first);
  });

  afterEach(async () => {
    await executor.shutdown();
    box.close();
  });

  test('is made again: what the worker does goes on, and nothing is begun twice', async () => {
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const future = executor.withOptions({ requeue: false }).submit(holding, begun.path, go.path);
    await begun.wait();
    const { pid } = executor.workers[0]!;
    box.reset();
    await waitUntil(() => box.connections === 4);
    go.set();
    expect(await future).toBe(pid);
    expect(begunTimes(begun)).toBe(1);
  });

  test('while the worker computes, too', async () => {
    const computes = (go: string): number => {
      const { existsSync } = process.getBuiltinModule('node:fs');
      while (!existsSync(go));
      return process.pid;
    };
    const go = new Signal('go');
    const future = executor.withOptions({ requeue: false }).submit(computes, go.path);
    await waitUntil(() => future.running());
    const { pid } = executor.workers[0]!;
    box.reset();
    await waitUntil(() => box.connections === 3); // that of its heartbeats
    await new Promise((resolve) => setTimeout(resolve, 1500)); // longer than it is waited for without
    go.set();
    expect(await future).toBe(pid);
  });

  test('under load: nothing is lost, nothing comes twice', async () => {
    const all = Array.from({ length: 3000 }, (_, i) =>
      executor.withOptions({ requeue: false }).submit((i: number) => [i, process.pid] as const, i),
    );
    const resets = (async () => {
      for (let i = 0; i < 10 && !all.at(-1)!.done(); i++) {
        const before = all.filter((future) => future.done()).length;
        await waitUntil(() => all.filter((future) => future.done()).length > before + 50 || all.at(-1)!.done());
        box.reset();
      }
    })();
    const results = await Promise.all(all);
    await resets;
    expect(results.map(([i]) => i)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    expect(new Set(results.map(([, pid]) => pid)).size).toBe(1);
    expect(box.connections).toBeGreaterThan(4);
  });

  test('and cannot be made again: the task is begun anew elsewhere, and the worker ends', async () => {
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const future = executor.submit(holding, begun.path, go.path);
    await begun.wait();
    const { pid } = executor.workers[0]!;
    const { port, hosts } = { port: box.target, hosts: ['127.0.0.1'] };
    const invitation = JSON.parse(readFileSync(invitationIn('pool'), 'utf8')) as { address: object };
    Object.assign(invitation.address, { port, hosts });
    writeFileSync(invitationIn('pool'), JSON.stringify(invitation)); // the next goes another way
    box.isOpen = false;
    box.reset();
    await waitUntil(() => begunTimes(begun) === 2, { within: 20 });
    go.set();
    expect(await future).not.toBe(pid);
    await waitUntil(() => !existsSync(`/proc/${pid}`), { within: 20 });
  });
});

describe('by files', () => {
  inOwnDirectory();

  test('only the user can read them, and none is left', async () => {
    const executor = new SlurmPoolExecutor({ workers: 2, launcher: 'local', transport: 'files', directory: 'pool' });
    expect(await executor.submit((n: number) => n + 1, 1)).toBe(2);
    expect(statSync(mailIn('pool')).mode & 0o777).toBe(0o700);
    const big = new Uint8Array(5_000_000).fill(7);
    expect(await executor.submit((bytes: Uint8Array) => bytes.length, big)).toBe(big.length);
    const many = Array.from({ length: 2000 }, (_, i) => executor.submit((i: number) => i, i));
    expect(await Promise.all(many)).toEqual(Array.from({ length: 2000 }, (_, i) => i));
    await executor.shutdown();
    expect(readdirSync('pool')).toEqual(['logs']);
  });

  test('a worker that is killed is lost at once, one that stops when its patience is over', async () => {
    await using executor = new SlurmPoolExecutor({
      workers: 1,
      launcher: 'local',
      transport: 'files',
      heartbeat: 0.1,
      patience: 2,
    });
    const [begun, go] = [new Signal('begun'), new Signal('go')];
    const future = executor.submit(holding, begun.path, go.path);
    await begun.wait();
    for (const [i, signal] of (['SIGKILL', 'SIGSTOP'] as const).entries()) {
      await waitUntil(() => executor.workers.length === 1, { within: 20 });
      process.kill(executor.workers[0]!.pid, signal);
      await waitUntil(() => begunTimes(begun) === i + 2, { within: 20 });
    }
    go.set();
    await future;
  });

  test('the directory is removed: the pool is broken', async () => {
    await using executor = new SlurmPoolExecutor({ launcher: 'local', transport: 'files', directory: 'pool' });
    await executor.submit(() => 1);
    const never = executor.submit(() => new Promise(() => {}));
    rmSync(mailIn('pool'), { recursive: true });
    await expect(never).rejects.toMatchObject({ name: 'BrokenExecutor', message: expect.stringContaining('ENOENT') });
  });

  test('the program is killed: its workers end', async () => {
    mkdirSync('pool');
    const program = startProgram(`
      import { SlurmPoolExecutor } from '@prac/slurm';
      const executor = new SlurmPoolExecutor({ launcher: 'local', transport: 'files', directory: 'pool', heartbeat: 0.1, patience: 1 });
      console.log(await executor.submit(() => process.pid));
      await executor.submit(() => { for (;;); });
    `);
    const pid = Number(await firstLine(program));
    program.kill();
    await program.wait();
    await waitUntil(() => !existsSync(`/proc/${pid}`), { within: 20 });
  });

  test.each([
    [{ transport: 'pigeon' as never }, "Expected transport to be 'tls' or 'files', got 'pigeon'"],
    [{ transport: 'files', port: 5 } as const, 'host and port are of the transport by TLS'],
    [{ host: 5 as never }, 'Expected host to be a string, got 5'],
  ])('%o is refused', (options, text) => {
    expect(() => new SlurmPoolExecutor(options)).toThrow(text);
  });
});
