// A program whose files are elsewhere on the nodes, or have become others. Directories stand for machines.
import { chmodSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Executor } from '@prac/futures';
import { type ProgramOptions, SlurmExecutor, SlurmPoolExecutor, scontrol, taskContext } from '@prac/slurm';
import { describe, expect, test } from 'vitest';
import { hasSlurm, inOwnDirectory } from './helpers/cluster.ts';

interface Work {
  where(): string;
  makePoint(): { readonly x: number };
  isPoint(value: unknown): boolean;
}

const WORK = `
  export class Point { x = 1; }
  export const where = () => import.meta.url;
  export const makePoint = () => new Point();
  export const isPoint = (value) => value instanceof Point;
`;

const FORMS: readonly [name: string, isOnCluster: boolean, create: (options: ProgramOptions) => Executor][] = [
  ['SlurmExecutor, local', false, (options) => new SlurmExecutor({ ...options, launcher: 'local' })],
  ['SlurmPoolExecutor, local', false, (options) => new SlurmPoolExecutor({ ...options, launcher: 'local' })],
  ['SlurmExecutor, slurm', true, (options) => new SlurmExecutor(options)],
  ['SlurmPoolExecutor, sbatch', true, (options) => new SlurmPoolExecutor(options)],
  ['SlurmPoolExecutor, srun', true, (options) => new SlurmPoolExecutor({ ...options, launcher: 'srun' })],
];

describe.each(FORMS)('%s', (_, isOnCluster, create) => {
  describe.skipIf(isOnCluster && !hasSlurm)('', () => {
    inOwnDirectory();

    test('files, the directory of the run and Node are found where the nodes have them', async () => {
      const work = makeWork('app');
      const here = realpathSync('.');
      mkdirSync('nodes');
      symlinkSync(here, 'nodes/shared');
      mkdirSync('nodes/app');
      writeFileSync('nodes/app/work.mjs', WORK);
      const execPath = resolve('node');
      writeFileSync(execPath, `#!/bin/sh\nSTARTED_AS=elsewhere exec '${process.execPath}' "$@"\n`);
      chmodSync(execPath, 0o755);
      const roots = { [here]: join(here, 'nodes/shared'), [join(here, 'app')]: join(here, 'nodes/app') };
      await using executor = create({ roots, execPath });
      const [where, startedAs, argument, jobId, point] = await Promise.all([
        executor.submit(work.where),
        executor.submit(() => process.env.STARTED_AS),
        executor.submit(() => process.argv[2]),
        executor.submit(() => taskContext().jobId),
        executor.submit(work.makePoint),
      ]);
      expect([where, startedAs]).toEqual([pathToFileURL(resolve('nodes/app/work.mjs')).href, 'elsewhere']);
      expect(argument).toContain(join(here, 'nodes/shared'));
      const [job] = isOnCluster ? await scontrol.show('job', jobId) : [];
      if (isOnCluster) expect(job!.WorkDir).toBe(join(here, 'nodes/shared'));
      // What comes back is of the classes that are here.
      expect([work.isPoint(point), await executor.submit(work.isPoint, point)]).toEqual([true, true]);
    });

    test('a file that has been edited since is not taken for what it was', async () => {
      const work = makeWork('app');
      await using executor = create({});
      writeFileSync('app/work.mjs', `${WORK}// edited`);
      await expect(executor.submit(work.where)).resolves.toContain('work.mjs'); // nobody has looked before
      writeFileSync('app/work.mjs', `${WORK}// edited again`);
      await using next = create({});
      await expect(next.submit(work.where)).rejects.toThrow(
        /work.mjs is not the file that was pickled with where: it was changed/,
      );
      await using careless = create({ sourceHash: false });
      expect(await careless.submit(work.where)).toContain('work.mjs');
    });
  });
});

function makeWork(folder: string): Work {
  mkdirSync(folder);
  const path = join(realpathSync(folder), 'work.mjs');
  writeFileSync(path, WORK);
  return createRequire(import.meta.url)(path) as Work; // `import` would be vitest's
}

test.each([
  [{ roots: { app: '/app' } }, "Expected roots to have absolute paths, got 'app'"],
  [{ roots: { '/app': 5 as never } }, 'Expected roots to have absolute paths, got 5'],
  [{ roots: ['/app'] as never }, "Expected roots to be an object of paths, got ['/app']"],
  [{ execPath: '' }, "Expected execPath to be a path, got ''"],
  [{ sourceHash: 1 as never }, 'Expected sourceHash to be a boolean, got 1'],
])('%o is refused', (options, text) => {
  for (const [, , create] of FORMS) expect(() => create(options)).toThrow(text);
});
