import { exec, execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { libc } from '@prac/libc';
import { PIPE, Popen, run, runSync } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { ENGINE } from '../helpers/engine.ts';
import { forms } from '../helpers/forms.ts';
import { leavesNothing, program, runs } from './helpers.ts';

test('children of node:child_process and ours do not get in each other’s way', () =>
  leavesNothing(async () => {
    const theirs = (i: number) => promisify(exec)(`echo ${i}; exit ${i % 2}`).catch((error) => error);
    const ours = (i: number) => run(['sh', '-c', `echo ${i}; exit ${i % 2}`], { captureOutput: true });
    const all = Array.from({ length: 12 }, async (_, i) => {
      const [{ stdout, code = 0 }, result] = await Promise.all([theirs(i), ours(i)]);
      expect([stdout, code, String(result.stdout), result.returncode]).toEqual([`${i}\n`, i % 2, `${i}\n`, i % 2]);
      expect(spawnSync('sh', ['-c', 'exit 5']).status).toBe(5);
      expect(runSync(['sh', '-c', 'exit 6']).returncode).toBe(6);
    });
    await Promise.all(all);
  }));

test("a listener of SIGCHLD, and Node's own wait, change nothing", async () => {
  const listener = (): void => {};
  process.on('SIGCHLD', listener);
  try {
    const theirs = promisify(execFile)('sleep', ['0.05']);
    expect((await run(['sh', '-c', 'exit 4'])).returncode).toBe(4);
    await theirs;
  } finally {
    process.off('SIGCHLD', listener);
  }
});

// Node collects the children of the other engine itself.
describe.runIf(ENGINE === 'posix-spawn').each(forms)('a child that somebody else collects ($name)', (form) => {
  test('before the wait gives 0, as in CPython', async () => {
    const child = new Popen(['sh', '-c', 'exit 5']);
    await collect(child.pid);
    expect(await form.wait(child)).toBe(0);
    expect(child.poll()).toBe(0);
  });

  test('gives its output all the same', async () => {
    const child = new Popen(['sh', '-c', 'echo x; exit 5'], { stdout: PIPE, text: true });
    await collect(child.pid);
    expect(await form.communicate(child)).toEqual(['x\n', null]);
    expect(child.returncode).toBe(0);
    child.kill(); // does nothing: the number may be another process's
  });
});

test.runIf(ENGINE === 'posix-spawn')(
  'a child that somebody else collects in the middle of a wait gives 0',
  async () => {
    const child = new Popen(['cat'], { stdin: PIPE });
    const wait = child.wait();
    await new Promise(setImmediate);
    child.kill();
    await collect(child.pid);
    expect([0, -9]).toContain(await wait);
  },
);

test('a process that was started with SIGCHLD ignored gets return codes: Node resets it', async () => {
  const { end, stdout } = await program('short-children', [], 'trap "" CHLD;');
  expect({ end, stdout }).toEqual({ end: 0, stdout: 'x 3 3 3 3\n' });
});

async function collect(pid: number): Promise<void> {
  await waitUntil(() => !runs(pid));
  libc().waitpid(pid, 0);
}
