import { rival } from '@prac/testing';
import { expect, test } from 'vitest';

test('what is not installed is a reason to skip', async () => {
  const absent = await rival('no-such-rival');
  expect({ ...absent }).toEqual({ skip: 'not installed, see `pnpm bench:rivals`' });
  expect(() => absent.module).toThrow('no-such-rival is not installed');
});
