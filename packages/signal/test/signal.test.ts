import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants as LC, libc } from '@prac/libc';
import { block, type Steps, signalHook, sleepSync, Word } from '@prac/park';
import * as S from '@prac/signal';
import { runSync } from '@prac/subprocess';
import { waitUntil, withWorker } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { record, reset } from './helpers/signals.ts';

const { SIGALRM, SIGUSR1, SIGUSR2, SIG_DFL, SIG_IGN, getsignal, raiseSignal, signal } = S;

afterEach(reset);

describe('signal', () => {
  test('returns the handler before', () => {
    const handler = (): void => {};
    expect(signal(SIGUSR1, handler)).toBe(SIG_DFL);
    expect(getsignal(SIGUSR1)).toBe(handler);
    expect(signal(SIGUSR1, SIG_IGN)).toBe(handler);
    expect(signal(SIGUSR1, SIG_DFL)).toBe(SIG_IGN);
  });

  test('tells the handlers that a process begins with', () => {
    expect(getsignal(S.SIGINT)).toBe(S.defaultIntHandler);
    expect(getsignal(S.SIGPIPE)).toBe(SIG_IGN); // Node ignores it, as CPython does
    expect(getsignal(S.SIGTERM)).toBe(SIG_DFL);
    expect(getsignal(32)).toBeNull();
  });

  test.each([
    [0, () => {}, S.ValueError, 'signal number out of range'],
    [65, () => {}, S.ValueError, 'signal number out of range'],
    [SIGUSR1, 5, TypeError, 'signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object'],
    [SIGUSR1, null, TypeError, 'signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object'],
    [S.SIGKILL, () => {}, S.OSError, 'Invalid argument'],
    [S.SIGSTOP, SIG_IGN, S.OSError, 'Invalid argument'],
    [32, () => {}, S.OSError, 'Invalid argument'],
    ['SIGINT', () => {}, TypeError, "Expected a signal number, got 'SIGINT'"],
  ])('refuses signal(%o, %o)', (signum, handler, error, text) => {
    expect(() => signal(signum as number, handler as never)).toThrow(error);
    expect(() => signal(signum as number, handler as never)).toThrow(text);
  });

  test('is refused in other threads', async () => {
    const text = await withWorker(async () => {
      const { signal, SIGUSR1, getsignal, raiseSignal: _, strsignal } = await import('@prac/signal');
      try {
        signal(SIGUSR1, () => {});
        return 'accepted';
      } catch (error) {
        return `${error}, ${getsignal(SIGUSR1)}, ${strsignal(SIGUSR1)}`;
      }
    });
    expect(text).toBe('ValueError: signal only works in main thread of the main interpreter, 0, User defined signal 1');
  });

  test('a handler runs at the next turn of the loop, without a frame', async () => {
    const frames: unknown[] = [];
    signal(SIGUSR1, (_, frame) => frames.push(frame));
    process.kill(process.pid, 'SIGUSR1');
    await waitUntil(() => frames.length > 0);
    expect(frames).toEqual([null]);
  });

  test('a handler has run when raiseSignal returns', () => {
    const received = record(SIGUSR1);
    raiseSignal(SIGUSR1);
    expect(received).toEqual([SIGUSR1]);
  });

  test('members of the enumeration stand for their numbers', () => {
    const received = record(SIGUSR1);
    raiseSignal(S.Signals(SIGUSR1));
    expect(received).toEqual([SIGUSR1]);
    signal(S.Signals(SIGUSR1), SIG_IGN);
    expect(getsignal(S.Signals(SIGUSR1))).toBe(SIG_IGN);
    expect(S.strsignal(S.Signals(SIGUSR1))).toBe('User defined signal 1');
    expect(S.pthreadSigmask(S.SIG_BLOCK, [S.Signals(SIGUSR1)])).toEqual(new Set());
  });

  test('raiseSignal(SIGINT) throws KeyboardInterrupt, as in Python, also where nothing was installed', () => {
    expect(() => raiseSignal(S.SIGINT)).toThrow(S.KeyboardInterrupt);
  });

  test('a handler sees who has called raiseSignal', () => {
    let name: string | undefined;
    signal(SIGUSR1, (_, frame) => {
      name = frame?.functionName;
    });
    (function caller() {
      raiseSignal(SIGUSR1);
    })();
    expect(name).toBe('caller');
  });

  test('the descriptor that wakes poll(2) is quiet after a handler', () => {
    record(SIGUSR1);
    raiseSignal(SIGUSR1);
    S.sigpending(); // the thread has done all it does
    expect(() => runSync(['true'])).not.toThrow();
    expect(libc().poll([[signalHook()!.fd, LC.POLLIN]], 0)).toEqual([0]);
  });

  test('Node still hears of its children when SIGCHLD is set to its default', async () => {
    const child = spawn('sleep', ['0.1']);
    expect(signal(S.SIGCHLD, SIG_DFL)).toBe(SIG_DFL);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  test('a handler sees where it has interrupted', () => {
    let names: (string | undefined)[] = [];
    signal(SIGALRM, (_, frame) => {
      names = [frame?.functionName, frame?.back?.functionName];
      expect(frame?.back?.fileName).toContain('signal.test.ts');
      expect(frame?.back?.lineNumber).toBeGreaterThan(80);
    });
    S.setitimer(S.ITIMER_REAL, 0.02);
    (function work() {
      sleepSync(0.1);
    })();
    expect(names).toEqual(['sleepSync', 'work']);
  });

  test('handlers that are due together run in ascending order', () => {
    const received = record(40, SIGUSR2, SIGUSR1);
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1, SIGUSR2, 40]);
    for (const signum of [40, SIGUSR2, SIGUSR1]) process.kill(process.pid, signum);
    while (S.sigpending().size < 3) sleepSync(0.001);
    S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1, SIGUSR2, 40]);
    expect(received).toEqual([SIGUSR1, SIGUSR2, 40]);
  });

  test('what a handler throws leaves the blocking call, and the others run later', async () => {
    const received = record(SIGUSR2);
    signal(SIGUSR1, () => {
      throw new Error('from the handler');
    });
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1, SIGUSR2]);
    for (const signum of [SIGUSR1, SIGUSR2]) process.kill(process.pid, signum);
    while (S.sigpending().size < 2) sleepSync(0.001);
    expect(() => S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1, SIGUSR2])).toThrow('from the handler');
    expect(received).toEqual([]);
    await waitUntil(() => received.length > 0);
  });

  test('the time limit of a blocking call is not made longer by handlers', () => {
    let count = 0;
    signal(SIGALRM, () => count++);
    S.setitimer(S.ITIMER_REAL, 0.01, 0.01);
    const start = performance.now();
    sleepSync(0.2);
    const took = performance.now() - start;
    expect(took).toBeGreaterThanOrEqual(200);
    expect(count).toBeGreaterThan(0);
  });

  test('signals come while the thread sleeps on one memory after the other', () => {
    let count = 0;
    signal(SIGALRM, () => count++);
    S.setitimer(S.ITIMER_REAL, 0.001, 0.001);
    const limit = performance.now() + 1000;
    let sleeps = 0;
    for (; performance.now() < limit; sleeps++) {
      const gate = new Int32Array(new SharedArrayBuffer(4));
      const before = count;
      block(
        (function* (): Steps<void> {
          const word = new Word(gate, 0);
          while (count === before) yield word.parkWhile(0); // nobody but the handler ends it
        })(),
      );
    }
    expect(count).toBeGreaterThanOrEqual(sleeps);
    expect(sleeps).toBeGreaterThan(50);
  });

  test('no signal is lost when each is awaited', () => {
    const received = record(SIGUSR1, SIGUSR2, 40);
    for (let i = 0; i < 1000; i++) raiseSignal([SIGUSR1, SIGUSR2, 40][i % 3]!);
    expect(received).toHaveLength(1000);
  });

  test('checkpoint runs what is due in code that never waits', () => {
    const received = record(SIGUSR1);
    process.kill(process.pid, 'SIGUSR1');
    const limit = performance.now() + 10_000;
    while (received.length === 0 && performance.now() < limit) S.checkpoint();
    expect(received).toEqual([SIGUSR1]);
  });
});
