// Fails if configs/vitest.ts loses its source conditions: everything a test can start must read the packages' sources.
import { execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { loadedFrom, withWorker } from '@prac/testing';
import { describe, expect, test } from 'vitest';

const printing = new URL('./fixtures/print-loaded-from.ts', import.meta.url);
const sending = new URL('./fixtures/send-loaded-from.ts', import.meta.url);

describe('the sources are read, not the build,', () => {
  test('by the test itself', () => {
    expect(loadedFrom).toBe('source');
  });

  test('by a worker thread', async () => {
    expect(await once(new Worker(sending), 'message')).toEqual(['source']);
  });

  test('by a piece of test code in a worker thread', async () => {
    expect(await withWorker(async () => (await import('@prac/testing')).loadedFrom)).toBe('source');
  });

  test('by a forked process', async () => {
    expect((await once(fork(sending), 'message'))[0]).toBe('source');
  });

  test('by a spawned process', () => {
    expect(execFileSync(process.execPath, [printing.pathname], { encoding: 'utf8' })).toBe('source\n');
  });
});
