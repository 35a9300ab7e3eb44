import { deadlineAfter, now, OverflowError, TIMEOUT_MAX } from '@prac/park';
import { expect, test } from 'vitest';

test.each([undefined, null, Number.POSITIVE_INFINITY])('%s is no limit', (timeout) => {
  expect(deadlineAfter(timeout)).toBe(Number.POSITIVE_INFINITY);
});

test('a time limit is counted in seconds from now', () => {
  const before = now();
  const deadline = deadlineAfter(2.5);
  expect(deadline).toBeGreaterThanOrEqual(before + 2500);
  expect(deadline).toBeLessThanOrEqual(now() + 2500);
});

test('a negative time limit has ended', () => {
  expect(deadlineAfter(-1)).toBeLessThan(now());
});

test.each([Number.NaN, '5s', {}, true])('%o is refused', (timeout) => {
  expect(() => deadlineAfter(timeout as number)).toThrow(TypeError);
  expect(() => deadlineAfter(timeout as number)).toThrow('Expected timeout to be a number of seconds, got');
});

test('more than 292 years are refused', () => {
  expect(deadlineAfter(TIMEOUT_MAX)).toBeGreaterThan(now());
  expect(() => deadlineAfter(TIMEOUT_MAX + 1)).toThrow(OverflowError);
  expect(() => deadlineAfter(TIMEOUT_MAX + 1)).toThrow('timeout value is too large');
});
