import { closeSync, openSync, readSync } from 'node:fs';
import { constants as LC, libc } from '@prac/libc';
import * as S from '@prac/signal';
import { python, waitUntil } from '@prac/testing';
import { afterEach, describe, expect, test } from 'vitest';
import { record, reset } from './helpers/signals.ts';

const { SIGUSR1, raiseSignal } = S;

afterEach(reset);

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
