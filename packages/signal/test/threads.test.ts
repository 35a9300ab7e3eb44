import * as S from '@prac/signal';
import { waitUntil, withWorker } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { record, reset } from './helpers/signals.ts';

const { SIGUSR1, SIGUSR2 } = S;

afterEach(reset);

describe('in a thread', () => {
  test('sigwait takes a signal that is held back on the main thread', async () => {
    const received = record(SIGUSR1);
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1]);
    const ready = new Int32Array(new SharedArrayBuffer(4));
    const waiting = withWorker(
      async (ready: Int32Array) => {
        const { sigwaitSync, sigwait, SIGUSR1 } = await import('@prac/signal');
        Atomics.store(ready, 0, 1);
        const first = sigwaitSync([SIGUSR1]);
        const second = sigwait([SIGUSR1]);
        process.kill(process.pid, 'SIGUSR1');
        return [first, await second];
      },
      { data: ready },
    );
    await waitUntil(() => Atomics.load(ready, 0) === 1);
    process.kill(process.pid, 'SIGUSR1');
    expect(await waiting).toEqual([SIGUSR1, SIGUSR1]);
    S.pthreadSigmask(S.SIG_UNBLOCK, [SIGUSR1]);
    expect(received).toEqual([]);
  });

  test('no signal is missed', async () => {
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR2]);
    const taken = await withWorker(async () => {
      const { sigtimedwaitSync, SIGUSR2 } = await import('@prac/signal');
      const taken: (number | undefined)[] = [];
      for (let i = 0; i < 50; i++) {
        process.kill(process.pid, SIGUSR2);
        taken.push(sigtimedwaitSync([SIGUSR2], 10)?.siSigno);
      }
      return taken;
    });
    expect(taken).toEqual(Array(50).fill(SIGUSR2));
  });

  test('raiseSignal comes back although a thread has taken the signal', async () => {
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1, SIGUSR2]);
    const counts = new Int32Array(new SharedArrayBuffer(4));
    const taking = withWorker(
      async (counts: Int32Array) => {
        const { sigwaitSync, SIGUSR1, SIGUSR2 } = await import('@prac/signal');
        Atomics.store(counts, 0, 1);
        while (sigwaitSync([SIGUSR1, SIGUSR2]) === SIGUSR1) Atomics.add(counts, 0, 1);
      },
      { data: counts },
    );
    await waitUntil(() => Atomics.load(counts, 0) === 1);
    const before = performance.now();
    for (let i = 0; i < 50; i++) S.raiseSignal(SIGUSR1);
    expect(performance.now() - before).toBeLessThan(10_000); // it once waited for a second each time
    S.raiseSignal(SIGUSR2);
    await taking;
  });

  test('a thread that is terminated while it waits takes no signal with it', async () => {
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1]);
    const counts = new Int32Array(new SharedArrayBuffer(4));
    await expect(
      withWorker(
        async (counts: Int32Array) => {
          const { sigwaitSync, SIGUSR1 } = await import('@prac/signal');
          Atomics.store(counts, 0, 1);
          sigwaitSync([SIGUSR1]);
        },
        { data: counts, within: 1 },
      ),
    ).rejects.toThrow('has not ended within 1 s');
    expect(Atomics.load(counts, 0)).toBe(1);
    S.raiseSignal(SIGUSR1);
    expect(S.sigpending()).toEqual(new Set([SIGUSR1]));
    expect(S.sigwaitSync([SIGUSR1])).toBe(SIGUSR1);
  });

  test('sigwait refuses a signal that the main thread does not hold back', async () => {
    S.pthreadSigmask(S.SIG_BLOCK, [SIGUSR1]);
    const text = await withWorker(async () => {
      const { sigwaitSync, SIGUSR1, SIGUSR2 } = await import('@prac/signal');
      try {
        return String(sigwaitSync([SIGUSR1, SIGUSR2]));
      } catch (error) {
        return String(error);
      }
    });
    expect(text).toBe(
      'RuntimeError: a thread can only wait for signals that are held back on the main thread: pthreadSigmask(SIG_BLOCK, [12])',
    );
  });

  test('a signal that it raises while it holds it back is pending there, and goes to the process when it is let through', async () => {
    const received = record(SIGUSR2);
    const pending = await withWorker(async () => {
      const { pthreadSigmask, raiseSignal, sigpending, SIG_BLOCK, SIG_UNBLOCK, SIGUSR2 } = await import('@prac/signal');
      pthreadSigmask(SIG_BLOCK, [SIGUSR2]);
      raiseSignal(SIGUSR2);
      const before = [...sigpending()];
      pthreadSigmask(SIG_UNBLOCK, [SIGUSR2]);
      return [before, [...sigpending()]];
    });
    expect(pending).toEqual([[SIGUSR2], []]);
    if (received.length === 0) await S.pause();
    expect(received).toEqual([SIGUSR2]);
  });

  test('a signal that is no signal is refused there, too', async () => {
    const names = await withWorker(async () => {
      const { raiseSignal } = await import('@prac/signal');
      return [9999, -1].map((signum) => {
        try {
          return raiseSignal(signum);
        } catch (error) {
          return (error as Error).name;
        }
      });
    });
    expect(names).toEqual(['OSError', 'OSError']);
  });
});
