import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { expectNothingLeft, leftovers } from '@prac/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const close: (() => void)[] = [];
let before = leftovers();
beforeEach(() => {
  before = leftovers();
});
afterEach(async () => {
  for (const each of close.splice(0)) each();
  await expectNothingLeft(before);
});

const leaks: Record<string, { make: () => () => void; listed: RegExp }> = {
  'an open descriptor': {
    make: () => {
      const fd = openSync('/dev/null', 'r');
      return () => closeSync(fd);
    },
    listed: /descriptors: \d+ \/dev\/null/,
  },
  'a running child': {
    make: () => {
      const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
      return () => child.kill();
    },
    listed: /children: \d+ \(?\S+ [SRD]/,
  },
  'a timer': {
    make: () => {
      // Several: one of the test runner's own may end meanwhile, and timers are told apart by their number only.
      const timers = Array.from({ length: 8 }, () => setTimeout(() => {}, 60_000));
      return () => timers.forEach((timer) => void clearTimeout(timer));
    },
    listed: /resources: Timeout/,
  },
  'a listener of process': {
    make: () => {
      const listener = () => {};
      process.on('SIGUSR2', listener);
      return () => process.off('SIGUSR2', listener);
    },
    listed: /listeners: SIGUSR2/,
  },
};

describe('expectNothingLeft', () => {
  test.each(Object.entries(leaks))('lists %s', async (_, { make, listed }) => {
    close.push(make());
    await expect(expectNothingLeft(before, { within: 0.05 })).rejects.toThrow(listed);
  });

  test('waits for what is just closing', async () => {
    const child = spawn('cat', { stdio: ['pipe', 'ignore', 'ignore'] });
    const ended = once(child, 'exit');
    child.stdin.end();
    await expectNothingLeft(before);
    await ended;
  });
});
