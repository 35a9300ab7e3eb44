import { PIPE, Popen } from '@prac/subprocess';
import { describe, expect, test, vi } from 'vitest';
import { leavesNothing, runs } from './helpers.ts';

vi.setConfig({ testTimeout: 10_000 });

const SOON = ['sh', '-c', 'sleep 0.05; echo x; exit 3'];

/** Blocks the event loop until the child is a zombie: no wait of this thread has noticed. */
function letEnd(pid: number): void {
  while (runs(pid));
}

describe('a wait ends when the child is collected by', () => {
  test.each<[string, (child: Popen) => unknown]>([
    ['poll', (child) => child.poll()],
    ['kill', (child) => child.kill()],
    ['waitSync', (child) => child.waitSync()],
    ['communicateSync', (child) => child.communicateSync()],
    ['another wait', (child) => child.wait()],
    ['an exchange', (child) => child.communicate()],
    ['the end of its block', (child) => child[Symbol.asyncDispose]()],
  ])('%s', (_, collect) =>
    leavesNothing(async () => {
      const child = new Popen(SOON, { stdout: PIPE }) as Popen;
      const waits = [child.wait(), child.wait({ timeout: 15 })];
      await new Promise(setImmediate);
      letEnd(child.pid);
      await collect(child);
      expect(await Promise.all(waits)).toEqual([3, 3]);
      child.stdout!.close();
    }),
  );
});

test('a wait ends though every turn of the loop begins with a poll', async () => {
  const child = new Popen(['sh', '-c', 'sleep 0.05; exit 3']);
  const wait = child.wait();
  while (child.poll() === null) await new Promise(setImmediate);
  expect(await wait).toBe(3);
});

test('several exchanges, waits and a read of stderr end together', () =>
  leavesNothing(async () => {
    const child = new Popen(['sh', '-c', 'cat; echo y >&2; exit 3'], {
      stdin: PIPE,
      stdout: PIPE,
      stderr: PIPE,
      text: true,
    });
    const all = [
      child.communicate({ input: 'x' }),
      child.communicate(),
      child.wait(),
      child.communicate({ timeout: 15 }),
    ];
    expect(await Promise.all(all)).toEqual([['x', 'y\n'], ['x', 'y\n'], 3, ['x', 'y\n']]);
  }));

test('a child that is ended by a signal with time for it, while it is waited for, ends all waits', () =>
  leavesNothing(async () => {
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController();
      const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE, signal: controller.signal, killAfter: 15 });
      const all = [child.communicate(), child.wait(), child.communicate({ timeout: 15 })];
      if (i % 2 === 0) await new Promise(setImmediate);
      controller.abort();
      await Promise.all(all);
      expect([0, -15]).toContain(child.returncode);
    }
  }));
