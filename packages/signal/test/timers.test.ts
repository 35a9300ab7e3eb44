import * as S from '@prac/signal';
import { waitUntil } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { record, reset } from './helpers/signals.ts';

const { SIGALRM } = S;

afterEach(reset);

describe('timers', () => {
  test('an alarm comes after so many seconds, and is called off with 0', async () => {
    expect(S.alarm(3)).toBe(0);
    expect(S.alarm(0)).toBe(3);
    const received = record(SIGALRM);
    S.alarm(1);
    await waitUntil(() => received.length > 0);
  });

  test('arguments are those of C', () => {
    expect(S.alarm(-1)).toBe(0);
    expect(S.alarm(0)).toBeGreaterThan(2 ** 31);
    expect(S.setitimer(S.ITIMER_REAL, 0, null)).toEqual([0, 0]);
    expect(() => S.setitimer(S.ITIMER_REAL, '1' as never)).toThrow(TypeError);
    expect(() => S.sigtimedwaitSync([SIGALRM], undefined as never)).toThrow('Expected timeout in seconds');
  });

  test.each([
    ['ITIMER_REAL', S.ITIMER_REAL, SIGALRM],
    ['ITIMER_VIRTUAL', S.ITIMER_VIRTUAL, S.SIGVTALRM],
    ['ITIMER_PROF', S.ITIMER_PROF, S.SIGPROF],
  ])('%s comes again and again', (_, which, signum) => {
    const received = record(signum);
    expect(S.setitimer(which, 0.01, 0.005)).toEqual([0, 0]);
    const limit = performance.now() + 20_000;
    while (received.length < 5 && performance.now() < limit) S.checkpoint();
    expect(received.length).toBeGreaterThanOrEqual(5);
    const [left, interval] = S.getitimer(which);
    expect(left).toBeLessThanOrEqual(0.02);
    expect(interval).toBeCloseTo(0.005);
  });

  test('another timer and negative times are refused', () => {
    expect(() => S.setitimer(-1, 0)).toThrow(S.ItimerError);
    expect(() => S.setitimer(S.ITIMER_REAL, -1)).toThrow('Invalid argument');
    expect(() => S.getitimer(7)).toThrow(S.ItimerError);
    expect(() => S.alarm(1.5)).toThrow(TypeError);
    expect(() => S.alarm(2 ** 40)).toThrow(S.OverflowError);
  });
});
