import { rival } from '@prac/testing';
import { expect, test } from 'vitest';

test('what is not installed is a reason to skip', async () => {
  expect(await rival('no-such-rival')).toEqual({ module: undefined, skip: 'not installed, see `pnpm bench:rivals`' });
});
