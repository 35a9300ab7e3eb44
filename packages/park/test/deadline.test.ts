import { deadlineAfter, now, OverflowError, TIMEOUT_MAX, waitLimits } from '@prac/park';
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

test('limits of a wait are a bare number, options, or none', () => {
  const { signal } = new AbortController();
  expect(waitLimits(null, 'sync')).toEqual({ deadline: Number.POSITIVE_INFINITY });
  expect(waitLimits({ signal }, 'async')).toEqual({ deadline: Number.POSITIVE_INFINITY, signal });
  expect(waitLimits(-1, 'sync').deadline).toBeLessThan(now());
  expect(waitLimits({ timeout: 60 }, 'async').deadline).toBeGreaterThan(now());
  expect(() => waitLimits({ signal } as never, 'sync')).toThrow("Unknown option 'signal': expected timeout");
  expect(() => waitLimits('5' as never, 'sync')).toThrow('Expected an object of options');
});
