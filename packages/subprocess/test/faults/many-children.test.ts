import { PIPE, Popen, pipeline, run, runSync } from '@prac/subprocess';
import { expect, test } from 'vitest';
import { ENGINE } from '../helpers/engine.ts';
import { leavesNothing } from './helpers.ts';

/** How many at once: what forks this process is slower. */
const COUNT = ENGINE === 'posix-spawn' ? 1000 : 60;

test(`${COUNT} children at once give ${COUNT} right results`, { timeout: 60_000 }, () =>
  leavesNothing(async () => {
    const runs = Array.from({ length: COUNT }, (_, i) =>
      run(['sh', '-c', `echo out ${i}; echo err ${i} >&2; exit ${i % 7}`], { captureOutput: true, text: true }),
    );
    for (const [i, result] of (await Promise.all(runs)).entries()) {
      expect(result).toMatchObject({ returncode: i % 7, stdout: `out ${i}\n`, stderr: `err ${i}\n` });
    }
  }),
);

test('40 children that were started together are fed, read and waited for, last to first', () =>
  leavesNothing(async () => {
    const children = Array.from({ length: 40 }, () => new Popen(['cat'], { stdin: PIPE, stdout: PIPE, text: true }));
    for (const [i, child] of children.entries()) child.stdin.write(`${i}\n`);
    for (const [i, child] of [...children.entries()].reverse()) {
      expect(await child.stdout.readline()).toBe(`${i}\n`);
      await child[Symbol.asyncDispose]();
    }
  }));

test('runs in a row, both forms in turn', { timeout: 60_000 }, () =>
  leavesNothing(async () => {
    for (let i = 0; i < (ENGINE === 'posix-spawn' ? 100 : 15); i++) {
      expect((await run(['echo', String(i)], { captureOutput: true })).stdout.toString()).toBe(`${i}\n`);
      expect(runSync(['echo', String(i)], { captureOutput: true }).stdout.toString()).toBe(`${i}\n`);
    }
  }),
);

test('10 pipelines at once', () =>
  leavesNothing(async () => {
    const pipelines = Array.from({ length: 10 }, (_, i) =>
      pipeline([['seq', String(i + 1)], ['cat'], ['tail', '-1']], { stdout: PIPE, text: true }),
    );
    const outputs = await Promise.all(pipelines.map((each) => each.communicate()));
    expect(outputs).toEqual(pipelines.map((_, i) => [`${i + 1}\n`]));
    expect(pipelines.map(({ returncodes }) => returncodes)).toEqual(pipelines.map(() => [0, 0, 0]));
  }));
