import { block, deadlineAfter, type Steps, suspend, together } from '@prac/park';
import { expect, test } from 'vitest';
import { Permits } from './helpers/permits.ts';

function* after(seconds: number, value: string, log: string[]): Steps<string> {
  try {
    yield { on: [], deadline: deadlineAfter(seconds) };
    log.push(value);
    return value;
  } finally {
    log.push(`end of ${value}`);
  }
}

test.each([
  ['suspend', suspend],
  ['block', async (steps: Steps<string[]>) => block(steps)],
])('loops wait side by side, in any order of their ends (%s)', async (_, drive) => {
  const log: string[] = [];
  expect(await drive(together([after(0.03, 'a', log), after(0.01, 'b', log)]))).toEqual(['a', 'b']);
});

test('if the wait is aborted, all of them end', async () => {
  const log: string[] = [];
  const controller = new AbortController();
  const all = suspend(together([after(60, 'a', log), after(60, 'b', log)]), { signal: controller.signal });
  controller.abort('enough');
  await expect(all).rejects.toBe('enough');
  expect(log).toEqual(['end of a', 'end of b']);
});

test('they may wait on words, asynchronously', async () => {
  const [a, b] = [new Permits(0), new Permits(0)];
  const both = Promise.all([a.acquire(), b.acquire()]);
  b.release();
  a.release();
  expect(await both).toEqual([true, true]);
});
