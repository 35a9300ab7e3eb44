import {
  atomicsFutex,
  block,
  deadlineAfter,
  type Futex,
  type Steps,
  setSignalHook,
  signalHook,
  suspend,
  Word,
} from '@prac/park';
import { expect, test } from 'vitest';

const memory = (): Int32Array => new Int32Array(new SharedArrayBuffer(64));

/** A waiting loop: until the word is not 0. */
function* changed(words: Int32Array, futex: Futex, timeout: number | null = null): Steps<number> {
  const word = new Word(words, 0, { futex });
  const deadline = deadlineAfter(timeout);
  while (words[0] === 0) yield word.parkWhile(0, deadline);
  return words[0]!;
}

test.each([
  ['an array that is not shared', new Int32Array(4), 0, TypeError],
  ['no array', [0] as never, 0, TypeError],
  ['an index behind the end', memory().subarray(0, 1), 1, RangeError],
  ['a negative index', memory(), -1, RangeError],
  ['half an index', memory(), 0.5, RangeError],
])('a word refuses %s', (_, words, index, error) => {
  expect(() => new Word(words, index)).toThrow(error);
});

test('a blocked thread waits longer than a timer of 2^31 milliseconds can, in slices', () => {
  const words = memory();
  const waits: number[] = [];
  const futex: Futex = {
    ...atomicsFutex,
    wait(_words, _index, expected, milliseconds) {
      expect(expected).toBe(0);
      waits.push(milliseconds);
      if (waits.length === 10) words[0] = 7;
    },
  };
  expect(block(changed(words, futex, 2 ** 31))).toBe(7);
  expect(waits).toEqual([50, 100, 200, 400, 800, 1000, 1000, 1000, 1000, 1000]);
});

test('another futex serves both drivers', async () => {
  const words = memory();
  const calls: string[] = [];
  const futex: Futex = {
    wait: () => {
      calls.push('wait');
      words[0] = 1;
    },
    waitAsync: (_words, _index, _expected, _milliseconds, callback) => {
      calls.push('waitAsync');
      words[0] = 2;
      setImmediate(callback);
    },
    notify: () => calls.push('notify'),
  };
  expect(block(changed(words, futex))).toBe(1);
  words[0] = 0;
  expect(await suspend(changed(words, futex))).toBe(2);
  expect(calls).toEqual(['wait', 'waitAsync']);
});

test('a futex that refuses leaves nothing behind: the next wait is as the first', async () => {
  const words = memory();
  let refusals = 2;
  const futex: Futex = {
    ...atomicsFutex,
    waitAsync(...args) {
      if (refusals-- > 0) throw new RangeError('not now');
      atomicsFutex.waitAsync(...args);
    },
  };
  for (let i = 0; i < 2; i++) await expect(suspend(changed(words, futex))).rejects.toThrow('not now');
  const waiting = suspend(changed(words, futex));
  words[0] = 3;
  Atomics.notify(words, 0);
  expect(await waiting).toBe(3);
});

test('two copies of this package share their hooks', async () => {
  const path = new URL('../src/hooks.ts?copy', import.meta.url).href;
  const copy = (await import(/* @vite-ignore */ path)) as typeof import('../src/hooks.ts');
  const hook = { due: false, fd: -1, enter: () => {}, leave: () => {}, deliver: () => {} };
  setSignalHook(hook);
  expect(copy.signalHook()).toBe(hook);
  copy.setSignalHook(undefined);
  expect(signalHook()).toBeUndefined();
  expect(copy.setSignalHook).not.toBe(setSignalHook);
});
