import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readSync } from 'node:fs';
import { constants as LC, libc } from '@prac/libc';
import { block, type Steps, signalHook, sleep, sleepSync, Word } from '@prac/park';
import * as S from '@prac/signal';
import { runSync } from '@prac/subprocess';
import { python, waitUntil, withWorker } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';

const { SIGALRM, SIGUSR1, SIGUSR2, SIG_DFL, SIG_IGN, getsignal, raiseSignal, signal } = S;
const RESET = [SIGUSR1, SIGUSR2, SIGALRM, S.SIGPROF, S.SIGVTALRM, 40, 41];

afterEach(() => {
  for (const which of [S.ITIMER_REAL, S.ITIMER_VIRTUAL, S.ITIMER_PROF]) S.setitimer(which, 0);
  S.pthreadSigmask(S.SIG_SETMASK, []);
  for (const signum of RESET) signal(signum, SIG_DFL);
});

/** Installs handlers that write down what comes. */
function record(...signals: number[]): number[] {
  const received: number[] = [];
  for (const signum of signals) signal(signum, (n) => received.push(n));
  return received;
}

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
    expect(count).toBeGreaterThan(5);
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

describe('timers', () => {
  test('an alarm comes after so many seconds, and is called off with 0', async () => {
    expect(S.alarm(3)).toBe(0);
    expect(S.alarm(0)).toBe(3);
    const received = record(SIGALRM);
    S.alarm(1);
    await waitUntil(() => received.length > 0);
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

describe('the rest', () => {
  test('setWakeupFd writes the number of each signal', async () => {
    const [end, start] = libc().pipe2(LC.O_CLOEXEC | LC.O_NONBLOCK) as [number, number];
    record(SIGUSR1);
    expect(S.setWakeupFd(start)).toBe(-1);
    raiseSignal(SIGUSR1);
    expect(S.setWakeupFd(-1)).toBe(start);
    const byte = Buffer.alloc(2);
    expect([readSync(end, byte), byte[0]]).toEqual([1, SIGUSR1]);
    closeSync(end);
    closeSync(start);
    expect(() => S.setWakeupFd(start)).toThrow(S.OSError);
    const blocking = openSync('/dev/null', 'r');
    expect(() => S.setWakeupFd(blocking)).toThrow(`the fd ${blocking} must be in non-blocking mode`);
    closeSync(blocking);
  });

  test('pthreadKill and pidfdSendSignal reach the handler', async () => {
    const received = record(SIGUSR1);
    S.pthreadKill(0, SIGUSR1);
    S.pthreadKill(0, 0);
    expect(() => S.pthreadKill(-1, SIGUSR1)).toThrow(S.ProcessLookupError);
    const pidfd = libc().pidfdOpen(process.pid);
    S.pidfdSendSignal(pidfd, SIGUSR1);
    await waitUntil(() => received.length === 2);
    libc().close(pidfd);
    expect(() => S.pidfdSendSignal(pidfd, SIGUSR1)).toThrow(S.OSError);
  });

  test('enumerations give members by number', () => {
    expect(S.Signals(10)).toMatchObject({ name: 'SIGUSR1', value: 10 });
    expect(`${S.Signals(S.SIGINT)} ${S.Handlers(1)} ${S.Sigmasks.SIG_SETMASK}`).toBe(
      '<Signals.SIGINT: 2> <Handlers.SIG_IGN: 1> 2',
    );
    expect(() => S.Signals(40)).toThrow('40 is not a valid Signals');
  });

  test('siginterrupt only checks its arguments', () => {
    S.siginterrupt(SIGUSR1, false);
    expect(() => S.siginterrupt(0, true)).toThrow(S.ValueError);
  });

  test('capabilities tell what there is', () => {
    expect(S.capabilities()).toEqual({
      handlersWhileBlocked: true,
      realtimeSignals: true,
      timers: true,
      inheritedIgnore: true,
    });
  });

  test('numbers, texts and the set of signals are those of CPython', async () => {
    const program = `
import signal
answer = {
  "numbers": {n: int(getattr(signal, n)) for n in dir(signal) if n.startswith(("SIG", "ITIMER_", "NSIG")) and n != "SIG_DFL"},
  "texts": [signal.strsignal(n) for n in range(1, 65)],
  "valid": sorted(map(int, signal.valid_signals())),
}`;
    const found = python(program) as { numbers: Record<string, number>; texts: string[]; valid: number[] };
    const numbers = Object.entries(S).filter(([name, value]) => name in found.numbers && typeof value === 'number');
    expect(Object.fromEntries(numbers)).toEqual(found.numbers);
    expect(Array.from({ length: 64 }, (_, i) => S.strsignal(i + 1))).toEqual(found.texts);
    expect([...S.validSignals()]).toEqual(found.valid);
  });
});
