import { waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';

test('the wait ends with what the fact answers', async () => {
  let asked = 0;
  expect(await waitUntil(async () => (asked++ === 60 ? 'it is' : undefined))).toBe('it is');
});

test('a fact that does not come true is quoted', async () => {
  await expect(waitUntil(() => 1 > 2, { within: 0.01 })).rejects.toThrow('Not the case within 0.01 s: () => 1 > 2');
});

test('what the fact throws ends the wait', async () => {
  const fact = () => {
    throw new TypeError('no such thing');
  };
  await expect(waitUntil(fact)).rejects.toThrow(TypeError);
});
