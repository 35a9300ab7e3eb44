// What both executors do, on every launcher.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ValueError } from '@prac/exceptions';
import { asCompleted, type Executor, wait } from '@prac/futures';
import { SlurmExecutor, SlurmPoolExecutor, TimeoutError } from '@prac/slurm';
import { waitUntil } from '@prac/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasSlurm, inOwnDirectory } from './helpers/cluster.ts';
import { Signal, untilFile } from './helpers/files.ts';

interface Form {
  readonly name: string;
  readonly isOnCluster: boolean;
  create(directory: string): Executor;
  /** One thing at a time. */
  createNarrow(): Executor;
  /** With what a task fails whose process ends. */
  readonly lostName: string;
}

const durable = (launcher: 'slurm' | 'local'): Form => ({
  name: `SlurmExecutor, ${launcher}`,
  isOnCluster: launcher === 'slurm',
  create: (directory) => new SlurmExecutor({ launcher, maxParallel: 4, directory }),
  createNarrow: () => new SlurmExecutor({ launcher, maxParallel: 1 }),
  lostName: 'JobFailedError',
});

const pool = (launcher: 'sbatch' | 'srun' | 'local'): Form => ({
  name: `SlurmPoolExecutor, ${launcher}`,
  isOnCluster: launcher !== 'local',
  create: (directory) => new SlurmPoolExecutor({ launcher, workers: 2, directory }),
  createNarrow: () => new SlurmPoolExecutor({ launcher, workers: 1 }),
  lostName: 'WorkerLostError',
});

const byFiles: Form = {
  ...pool('sbatch'),
  name: 'SlurmPoolExecutor, sbatch, by files',
  create: (directory) => new SlurmPoolExecutor({ workers: 2, directory, transport: 'files' }),
  createNarrow: () => new SlurmPoolExecutor({ workers: 1, transport: 'files' }),
};

const FORMS = [durable('local'), pool('local'), durable('slurm'), pool('sbatch'), pool('srun'), byFiles];

describe.each(FORMS)('$name', (form) => {
  describe.skipIf(form.isOnCluster && !hasSlurm)('', () => {
    let executor: Executor;
    inOwnDirectory();
    let directory: string;
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'prac-run-'));
      executor = form.create(directory);
    });
    afterAll(async () => {
      await executor.shutdown();
      rmSync(directory, { recursive: true });
    });

    test('functions, what they have captured, and what they get and give', async () => {
      const factor = 3;
      const all = await Promise.all([
        executor.submit((n: number) => n * factor, 14),
        executor.submit(async (text: string) => new Map([[text, new Date(0)]]), 'a'),
        executor.submit((bytes: Uint8Array) => bytes.reverse(), new Uint8Array([1, 2, 3])),
      ]);
      expect(all).toEqual([42, new Map([['a', new Date(0)]]), new Uint8Array([3, 2, 1])]);
    });

    test('errors keep their class, and what they have', async () => {
      const fail = (): never => {
        throw Object.assign(new ValueError('no such thing', { cause: new RangeError('5') }), { code: 7 });
      };
      const error = (await executor.submit(fail).exception()) as ValueError & { readonly code: number };
      expect(error).toBeInstanceOf(ValueError);
      expect([error.message, error.code, (error.cause as Error).message]).toEqual(['no such thing', 7, '5']);
    });

    test('a map is in the order of its arguments', async () => {
      const squares: number[] = [];
      for await (const square of executor.map((n: number) => n ** 2, [1, 2, 3, 4, 5], { chunksize: 2 }))
        squares.push(square);
      expect(squares).toEqual([1, 4, 9, 16, 25]);
      const sums = executor.map((a: number, b: number) => a + b, [1, 2, 3], [10, 20, 30]);
      expect([(await sums.next()).value, (await sums.next()).value, (await sums.next()).value]).toEqual([11, 22, 33]);
    });

    test('blocking forms wait for the same', () => {
      const future = executor.submit((n: number) => -n, 5);
      expect(future.resultSync()).toBe(-5);
      expect([...executor.mapSync((n: number) => n + 1, [1, 2, 3])]).toEqual([2, 3, 4]);
      const slow = executor.submit(() => new Promise<string>((resolve) => setTimeout(resolve, 500, 'slow')));
      expect(() => slow.resultSync(0.01)).toThrow(TimeoutError);
      expect(slow.resultSync()).toBe('slow');
    });

    test('wait and asCompleted know the futures', async () => {
      const futures = [1, 2, 3].map((n) => executor.submit((n: number) => n, n));
      const { done, notDone } = await wait(futures);
      expect([done.size, notDone.size]).toEqual([3, 0]);
      const results: number[] = [];
      for await (const future of asCompleted(futures)) results.push(future.resultSync());
      expect(results.sort()).toEqual([1, 2, 3]);
    });

    test('what cannot travel is told by its future', async () => {
      const port = Promise.resolve();
      await expect(executor.submit((it: unknown) => it, port as never)).rejects.toMatchObject({
        name: 'PicklingError',
      });
      await expect(executor.submit(() => ({ it: new WeakMap() }))).rejects.toMatchObject({ name: 'PicklingError' });
    });

    test('bad input is an error of the call', () => {
      expect(() => executor.submit(5 as never)).toThrow('Expected a function, got 5');
      expect(() => executor.map(5 as never, [])).toThrow('Expected a function, got 5');
    });

    test('a task that ends its process fails, and others go on', async () => {
      const lost = executor.submit(() => process.exit(3));
      const other = executor.submit(() => 'goes on');
      await expect(lost).rejects.toMatchObject({ name: form.lostName });
      expect(await other).toBe('goes on');
    });

    test('what has not begun can be cancelled, what runs cannot; shutdown waits, and takes no more', async () => {
      const narrow = form.createNarrow();
      const [begun, go] = [new Signal('begun'), new Signal('go')];
      const hold = async (begun: string, go: string): Promise<string> => {
        const { writeFileSync } = await import('node:fs');
        writeFileSync(begun, '');
        await untilFile(go);
        return 'held';
      };
      const held = narrow.submit(hold, begun.path, go.path);
      const queued = narrow.submit(() => 'never');
      await begun.wait();
      expect(queued.cancel()).toBe(true);
      await waitUntil(() => held.running());
      expect([held.cancel(), queued.cancelled(), held.running()]).toEqual([false, true, true]);
      expect((await wait([queued])).done).toEqual(new Set([queued])); // whoever waits for it is told
      const down = narrow.shutdown();
      expect(() => narrow.submit(() => 1)).toThrow('cannot schedule new futures after shutdown');
      go.set();
      await down;
      expect([await held, queued.cancelled()]).toEqual(['held', true]);
      await expect(queued).rejects.toMatchObject({ name: 'CancelledError' });
      expect(readdirSync('.').filter((name) => name.startsWith('prac-pool'))).toEqual([]);
    });
  });
});
