import { sleep } from '@prac/park';
import * as S from '@prac/signal';
import { waitUntil, withWorker } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { record, reset } from './helpers/signals.ts';

const { SIGALRM, SIGUSR1, SIGUSR2, SIG_DFL, SIG_IGN, getsignal, raiseSignal, signal } = S;

afterEach(reset);

describe('waiting for signals', () => {
  test('sigwait takes the signal, and its handler does not run', async () => {
    const received = record(SIGUSR1);
    setTimeout(() => process.kill(process.pid, 'SIGUSR1'), 10);
    expect(await S.sigwait([SIGUSR1, SIGUSR2])).toBe(SIGUSR1);
    expect(received).toEqual([]);
  });

  test('a signal without a handler that is waited for does nothing by itself', () => {
    S.setitimer(S.ITIMER_REAL, 0.01);
    expect(S.sigwaitSync([SIGALRM])).toBe(SIGALRM);
    expect(getsignal(SIGALRM)).toBe(SIG_DFL);
  });

  test('sigtimedwait ends without a signal, too', async () => {
    expect(await S.sigtimedwait([SIGUSR1], 0.01)).toBeNull();
    expect(S.sigtimedwaitSync([SIGUSR1], 0)).toBeNull();
    await expect(S.sigtimedwait([SIGUSR1], -1)).rejects.toThrow('timeout must be non-negative');
    expect(() => S.sigtimedwaitSync([0], 1)).toThrow('signal number 0 out of range [1; 64]');
  });

  test('sigwaitinfo tells the number', async () => {
    S.setitimer(S.ITIMER_REAL, 0.01);
    expect(await S.sigwaitinfo([SIGALRM])).toEqual({ siSigno: SIGALRM });
  });

  test('two may wait for different signals at once', async () => {
    const [first, second] = [S.sigwait([SIGUSR1]), S.sigwait([SIGUSR2])];
    process.kill(process.pid, 'SIGUSR2');
    expect(await second).toBe(SIGUSR2);
    process.kill(process.pid, 'SIGUSR1');
    expect(await first).toBe(SIGUSR1);
  });

  test('a signal that was ignored is ignored again afterwards', async () => {
    signal(SIGUSR2, SIG_IGN);
    expect(S.sigtimedwaitSync([SIGUSR2], 0)).toBeNull();
    process.kill(process.pid, 'SIGUSR2'); // would end this process
    await sleep(0.01);
    expect(S.sigtimedwaitSync([S.SIGPIPE], 0)).toBeNull();
    expect(getsignal(S.SIGPIPE)).toBe(SIG_IGN);
  });

  test('an aborted wait ends with its reason, and the handler gets the next signal', async () => {
    const received = record(SIGUSR1);
    const controller = new AbortController();
    const waiting = S.sigwait([SIGUSR1], { signal: controller.signal });
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
    raiseSignal(SIGUSR1);
    expect(received).toEqual([SIGUSR1]);
  });

  test('pause ends after a handler', async () => {
    const received = record(SIGUSR1);
    setTimeout(() => process.kill(process.pid, 'SIGUSR1'), 10);
    await S.pause();
    expect(received).toEqual([SIGUSR1]);
  });
});

describe('masks', () => {
  test('a signal that is held back is pending, and its handler runs when it is let through', async () => {
    const received = record(SIGUSR1);
    expect(S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1])).toEqual(new Set());
    process.kill(process.pid, 'SIGUSR1');
    await waitUntil(() => S.sigpending().has(SIGUSR1));
    await sleep(0);
    expect(received).toEqual([]);
    expect(S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1])).toEqual(new Set([SIGUSR1]));
    expect(received).toEqual([SIGUSR1]);
    expect(S.sigpending()).toEqual(new Set());
  });

  test('a signal that is held back can be waited for', () => {
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1]);
    process.kill(process.pid, 'SIGUSR1');
    expect(S.sigwaitSync([SIGUSR1])).toBe(SIGUSR1);
    S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1]);
  });

  test('what was sent before is seen at once', () => {
    const received = record(SIGUSR1);
    for (let i = 1; i <= 50; i++) {
      S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1, SIGUSR2]);
      process.kill(process.pid, 'SIGUSR1');
      process.kill(process.pid, 'SIGUSR2');
      expect(S.sigpending()).toEqual(new Set([SIGUSR1, SIGUSR2]));
      expect(S.sigtimedwaitSync([SIGUSR2], 0)).toEqual({ siSigno: SIGUSR2 });
      S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1, SIGUSR2]);
      expect(received).toHaveLength(i);
    }
  });

  test('ignoring a signal drops it if it is pending', () => {
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR2]);
    process.kill(process.pid, 'SIGUSR2');
    expect(S.sigpending()).toEqual(new Set([SIGUSR2]));
    signal(SIGUSR2, SIG_IGN);
    expect(S.sigpending()).toEqual(new Set());
  });

  test('are accepted in other threads', async () => {
    const before = await withWorker(async () => {
      const { pthreadSigmask, SIG_BLOCK, SIG_UNBLOCK, SIGUSR1 } = await import('@prac/signal');
      pthreadSigmask(SIG_BLOCK, [SIGUSR1]);
      return [...pthreadSigmask(SIG_UNBLOCK, [SIGUSR1])];
    });
    expect(before).toEqual([SIGUSR1]);
  });

  test('SIG_SETMASK replaces; SIGKILL and SIGSTOP are left out', () => {
    S.pthreadSigmask(S.SIG_SETMASK, [SIGUSR1, S.SIGKILL, S.SIGSTOP]);
    expect(S.pthreadSigmask(S.SIG_BLOCK, [])).toEqual(new Set([SIGUSR1]));
  });

  test('bad masks are refused', () => {
    expect(() => S.pthreadSigmask(9, [])).toThrow(S.OSError);
    expect(() => S.pthreadSigmask(S.SIG_BLOCK, [65])).toThrow('signal number 65 out of range [1; 64]');
    expect(() => S.pthreadSigmask(S.SIG_BLOCK, 5 as never)).toThrow(TypeError);
  });
});
