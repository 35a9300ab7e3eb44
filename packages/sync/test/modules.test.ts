// What a thread's script brings along is what the modules of its functions import.
import { Lock } from '@prac/sync';
import { expect, test } from 'vitest';
import { handsOn } from './fixtures/imports-the-package.ts';
import { ask } from './helpers/ask.ts';
import { expectNoThreadsLeft } from './helpers/left.ts';

expectNoThreadsLeft();

test('a module has the classes of what arrives: imported, and by require', async () => {
  const url = new URL('fixtures/imports-the-package.ts', import.meta.url).href;
  expect(
    await ask(
      async (url: string, lock: Lock) => {
        const { areTheSame } = (await import(url)) as { areTheSame: (lock: unknown) => boolean[] };
        const { createRequire } = await import('node:module');
        const { Lock: required } = createRequire(url)('@prac/sync') as { Lock: unknown };
        return [...areTheSame(lock), required === lock.constructor];
      },
      url,
      new Lock(),
    ),
  ).toEqual([true, true, true, true]);
});

test('its functions travel on by their names', async () => {
  await ask(handsOn);
});
