// Cases of CPython's Lib/test/test_signal.py (3.13; PSF licence), written anew for this package's API: StressTest,
// WakeupSignalTests, WakeupSocketSignalTests, PendingSignalsTests, ItimerTest. Fewer rounds; os.kill(os.getpid(), n) comes to
// its handler at the next wait, since JavaScript is not interrupted in between.
import { closeSync, readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { constants as LC, libc } from '@prac/libc';
import { sleepSync } from '@prac/park';
import * as S from '@prac/signal';
import { waitUntil } from '@prac/testing';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { record, reset } from './helpers/signals.ts';

const { SIGALRM, SIGPROF, SIGUSR1, SIGUSR2, SIG_IGN, ITIMER_REAL, ITIMER_VIRTUAL, raiseSignal, setitimer, signal } = S;
const ROUNDS = 500;
const kill = (signum: number): void => void process.kill(process.pid, signum);
/** 1 to 11 microseconds. */
const moment = (): number => 1e-6 + Math.random() * 1e-5;

afterEach(reset);

describe('stress', () => {
  test('delivery of signals that are sent by handlers', () => {
    const received = record(SIGALRM);
    for (const signum of [SIGPROF, SIGUSR1]) signal(signum, () => void setitimer(ITIMER_REAL, moment()));
    for (let sent = 0; sent < ROUNDS; ) {
      for (const signum of [SIGPROF, SIGUSR1]) {
        kill(signum);
        sleepUntil(() => received.length > sent);
        sent++;
      }
    }
    expect(received).toHaveLength(ROUNDS);
  });

  test('delivery of two signals at once', () => {
    const received = record(SIGUSR2, SIGALRM);
    for (let sent = 0; sent < ROUNDS; ) {
      setitimer(ITIMER_REAL, moment());
      kill(SIGUSR2);
      sent += 2;
      sleepUntil(() => received.length >= sent);
    }
    expect(received).toHaveLength(ROUNDS);
  });

  test('handlers that come and go while a thread raises the signal: it never does what it does by itself', async () => {
    const counts = new Int32Array(new SharedArrayBuffer(8));
    const [SENT, STOP] = [0, 1];
    const received = record(SIGUSR1);
    const handler = S.getsignal(SIGUSR1)!;
    const raiser = new Worker(
      `const { workerData: counts } = require('node:worker_threads');
       for (; !Atomics.load(counts, 1); Atomics.add(counts, 0, 1)) process.kill(process.pid, ${SIGUSR1});`,
      { eval: true, workerData: counts },
    );
    const ended = new Promise((resolve) => raiser.once('exit', resolve));
    let cycles = 0;
    await waitUntil(() => {
      for (let i = 0; i < 500; i++) for (const next of [handler, SIG_IGN] as const) signal(SIGUSR1, next);
      return ++cycles >= 10 && Atomics.load(counts, SENT) >= 100 && received.length > 0;
    });
    Atomics.store(counts, STOP, 1);
    await ended;
    expect(received.length).toBeLessThanOrEqual(Atomics.load(counts, SENT));
    signal(SIGUSR1, handler); // what libuv has installed is there again
    const before = received.length;
    raiseSignal(SIGUSR1);
    expect(received.length).toBeGreaterThan(before);
  });
});

describe('the wake-up descriptor', () => {
  test('has the numbers of the signals, in their order', () => {
    withPipe((end, start) => {
      record(SIGUSR1, SIGALRM);
      S.setWakeupFd(start);
      raiseSignal(SIGUSR1);
      raiseSignal(SIGALRM);
      expect(bytesOf(end)).toEqual([SIGUSR1, SIGALRM]);
    });
  });

  test('has a signal that was held back when it is let through', () => {
    withPipe((end, start) => {
      record(SIGUSR1, SIGUSR2);
      S.setWakeupFd(start);
      S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1, SIGUSR2]);
      raiseSignal(SIGUSR1);
      raiseSignal(SIGUSR2);
      expect(() => bytesOf(end)).toThrow('EAGAIN');
      S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1, SIGUSR2]);
      expect(bytesOf(end).sort()).toEqual([SIGUSR1, SIGUSR2]);
    });
  });

  test('has a signal once that came before it was held back, and its handler has run', () => {
    withPipe((end, start) => {
      const received = record(SIGUSR1);
      S.setWakeupFd(start);
      kill(SIGUSR1);
      S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1]);
      expect(received).toEqual([SIGUSR1]);
      S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1]);
      expect([received.length, bytesOf(end)]).toEqual([1, [SIGUSR1]]);
    });
  });

  test('that cannot be written to makes a warning', () => {
    withPipe((end) => {
      const warnings = warned(() => {
        record(SIGALRM);
        S.setWakeupFd(end); // the wrong one
        raiseSignal(SIGALRM);
      });
      expect(warnings).toEqual([
        'Exception ignored when trying to write to the signal wakeup fd: OSError: [Errno 9] Bad file descriptor',
      ]);
    });
  });

  test('that is full makes a warning, unless that is not wanted', () => {
    withPipe((_end, start) => {
      const chunk = Buffer.alloc(65_536);
      while (libc().write(start, chunk) > 0);
      record(SIGALRM);
      const raisedWith = (options?: S.WakeupFdOptions): string[] =>
        warned(() => {
          S.setWakeupFd(start, options);
          raiseSignal(SIGALRM);
        });
      const text =
        'Exception ignored when trying to write to the signal wakeup fd: BlockingIOError: [Errno 11] Resource';
      expect(raisedWith()[0]).toContain(text);
      expect(raisedWith({ warnOnFullBuffer: true })).toHaveLength(1);
      expect(raisedWith({ warnOnFullBuffer: false })).toEqual([]);
      expect(raisedWith()).toHaveLength(1);
    });
  });
});

describe('pending signals', () => {
  const { sigwaitSync, sigwaitinfoSync, sigtimedwaitSync } = S;
  const later = (): unknown => setitimer(ITIMER_REAL, 0.02);
  const now = (): void => kill(SIGALRM);
  test.each([
    ['sigwait', later, () => sigwaitSync([SIGALRM])],
    ['sigwaitinfo', later, () => sigwaitinfoSync([SIGALRM]).siSigno],
    ['sigtimedwait', later, () => sigtimedwaitSync([SIGALRM], 10.1)?.siSigno],
    ['sigtimedwait, without waiting', now, () => sigtimedwaitSync([SIGALRM], 0)?.siSigno],
  ])('%s takes a signal that is held back, and its handler is not called afterwards', (_, send, wait) => {
    const received = record(SIGALRM);
    S.pthreadSigmask(S.SIG_BLOCK, [SIGALRM]);
    send();
    expect(wait()).toBe(SIGALRM);
    S.pthreadSigmask(S.SIG_UNBLOCK, [SIGALRM]);
    expect(received).toEqual([]);
  });

  test('what the handler throws leaves pthreadSigmask', () => {
    signal(SIGUSR1, () => {
      throw new RangeError('1/0');
    });
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1]);
    kill(SIGUSR1);
    expect(() => S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1])).toThrow('1/0');
    expect(() => S.pthreadKill(0, SIGUSR1)).toThrow('1/0');
  });

  test('all valid signals can be held back', () => {
    const before = S.pthreadSigmask(S.SIG_BLOCK, S.validSignals());
    const held = S.pthreadSigmask(S.SIG_SETMASK, before);
    for (const signum of held) expect(S.validSignals()).toContain(signum);
    expect(held.size).toBe(S.validSignals().size - 2); // SIGKILL, SIGSTOP
  });
});

test('a timer of processor time comes again and again, until its handler stops it', () => {
  let count = 0;
  signal(S.SIGVTALRM, () => {
    if (count++ === 3) setitimer(ITIMER_VIRTUAL, 0);
  });
  setitimer(ITIMER_VIRTUAL, 0.03, 0.02);
  while (S.getitimer(ITIMER_VIRTUAL).some((time) => time !== 0)) S.checkpoint();
  expect(count).toBe(4);
});

function sleepUntil(isTrue: () => boolean): void {
  for (const deadline = performance.now() + 10_000; !isTrue() && performance.now() < deadline; ) sleepSync(1e-5);
}

function withPipe(body: (end: number, start: number) => void): void {
  const [end, start] = libc().pipe2(LC.O_CLOEXEC | LC.O_NONBLOCK) as [number, number];
  try {
    body(end, start);
  } finally {
    S.setWakeupFd(-1);
    closeSync(end);
    closeSync(start);
  }
}

function bytesOf(fd: number): number[] {
  const bytes = Buffer.alloc(10);
  return [...bytes.subarray(0, readSync(fd, bytes))];
}

/** The process warnings that a call makes. */
function warned(call: () => void): string[] {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  try {
    call();
    return emitWarning.mock.calls.map(([warning]) => String(warning));
  } finally {
    emitWarning.mockRestore();
  }
}
