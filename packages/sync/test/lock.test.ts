import { Lock } from '@prac/sync';
import { expect, test } from 'vitest';

test('a lock is held by one at a time', async () => {
  const lock = new Lock();
  expect(await lock.acquire()).toBe(true);
  expect(lock.tryAcquire()).toBe(false);
  lock.release();
  expect(lock.locked()).toBe(false);
});
