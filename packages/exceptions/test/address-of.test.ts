import { addressOf } from '@prac/exceptions';
import { expect, test } from 'vitest';

test('an object has one address, others have others', () => {
  const [a, b] = [{}, {}];
  expect(addressOf(a)).toMatch(/^0x[0-9a-f]+$/);
  expect(addressOf(a)).toBe(addressOf(a));
  expect(addressOf(b)).not.toBe(addressOf(a));
});
