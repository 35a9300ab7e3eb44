import { now, OverflowError, sleep, sleepSync, TIMEOUT_MAX, ValueError } from '@prac/park';
import { afterEach, describe, expect, test, vi } from 'vitest';

const forms = [
  { name: 'sleep', call: (seconds: number) => sleep(seconds) },
  { name: 'sleepSync', call: async (seconds: number) => sleepSync(seconds) },
];

afterEach(() => {
  vi.useRealTimers();
});

describe.each(forms)('$name', ({ call }) => {
  test('takes at least so many seconds', async () => {
    const start = now();
    await call(0.05);
    expect(now() - start).toBeGreaterThanOrEqual(50);
  });

  test('of 0 is over soon', async () => {
    await call(0);
  });

  test.each([
    [-1, ValueError, 'sleep length must be non-negative'],
    [-Number.MIN_VALUE, ValueError, 'sleep length must be non-negative'],
    [Number.NaN, ValueError, 'Invalid value NaN (not a number)'],
    [TIMEOUT_MAX * 2, OverflowError, 'timestamp too large to convert to C _PyTime_t'],
    [Number.POSITIVE_INFINITY, OverflowError, 'timestamp too large to convert to C _PyTime_t'],
    ['1' as never, TypeError, 'Expected seconds to be a number, got "1"'],
    [undefined as never, TypeError, 'Expected seconds to be a number, got undefined'],
  ])('is refused %o', async (seconds, error, text) => {
    await expect((async () => call(seconds))()).rejects.toThrow(error);
    await expect((async () => call(seconds))()).rejects.toThrow(text);
  });
});

describe('sleep', () => {
  test('lets the event loop have a turn, also for 0 seconds', async () => {
    let turned = false;
    setTimeout(() => {
      turned = true;
    });
    while (!turned) await sleep(0);
  });

  test('ends with the reason of its signal', async () => {
    const controller = new AbortController();
    const sleeping = sleep(60, { signal: controller.signal });
    controller.abort(new Error('wake up'));
    await expect(sleeping).rejects.toThrow('wake up');
  });

  test('can be longer than a timer can be', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const days = 60;
    let over = false;
    const sleeping = sleep(days * 86_400).then(() => {
      over = true;
    });
    await vi.advanceTimersByTimeAsync((days - 1) * 86_400_000);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(86_400_000 + 1);
    await sleeping;
  });
});
