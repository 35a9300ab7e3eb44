import { once } from 'node:events';
import { constants as C } from '@prac/libc';
import { afterEach, expect, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';

const REAL = 0;
const [SIGKILL, SIGUSR2] = [9, 12];

describeBackends('signals', (library) => {
  afterEach(() => {
    library.setitimer(REAL, 0, 0);
  });

  test('a timer tells what is left of it, and of the one before', () => {
    expect(library.setitimer(REAL, 1000.5, 250.25)).toEqual([0, 0]);
    const [left, interval] = library.getitimer(REAL) as [number, number];
    expect(left).toBeGreaterThan(990);
    expect(left).toBeLessThanOrEqual(1000.5);
    expect(interval).toBe(250.25);
    expect((library.setitimer(REAL, 0, 0) as [number, number])[1]).toBe(250.25);
    expect(library.getitimer(REAL)).toEqual([0, 0]);
  });

  test('the shortest time is a microsecond, not never', async () => {
    const alarm = once(process, 'SIGALRM');
    library.setitimer(REAL, 1e-9, 0);
    await alarm;
  });

  test('an alarm is a timer of whole seconds', () => {
    expect(library.alarm(100)).toBe(0);
    expect(library.alarm(0)).toBe(100);
  });

  test('a timer that does not exist is refused', () => {
    expect(library.getitimer(9)).toBe(-22);
    expect(library.setitimer(9, 1, 0)).toBe(-22);
    expect(() => library.alarm(1.5)).toThrow('Expected seconds to be');
  });

  test('a signal that is ignored does nothing, also in children; SIGKILL cannot be', () => {
    expect(library.signal(SIGUSR2, C.SIG_IGN)).toBe(0);
    try {
      process.kill(process.pid, SIGUSR2);
      expect(statusOfSuicide()).toEqual({ status: 3 << 8 });
    } finally {
      expect(library.signal(SIGUSR2, C.SIG_DFL)).toBe(0);
    }
    expect(statusOfSuicide()).toEqual({ status: SIGUSR2 });
    expect(library.signal(SIGKILL, C.SIG_IGN)).toBe(-22);
  });

  test('what a signal does can be given back', async () => {
    const usr2 = once(process, 'SIGUSR2');
    const action = library.sigaction(SIGUSR2) as Uint8Array;
    expect(library.signal(SIGUSR2, C.SIG_IGN)).toBe(0);
    expect(library.setSigaction(SIGUSR2, action)).toBe(0);
    process.kill(process.pid, SIGUSR2);
    await usr2;
    expect(library.sigaction(99)).toBe(-22);
    expect(() => library.setSigaction(SIGUSR2, new Uint8Array(8))).toThrow('Expected what sigaction() has answered');
  });

  /** Node's own children would begin with all signals at their default. */
  function statusOfSuicide(): unknown {
    const argv = ['sh', '-c', 'kill -USR2 $$; exit 3'];
    return library.waitpid(library.posixSpawn({ path: '/bin/sh', argv, env: null, dup2: [] }), 0);
  }

  test('a signal goes to the process behind a descriptor', async () => {
    const pidfd = library.pidfdOpen(process.pid);
    const arrived = once(process, 'SIGUSR2');
    expect(library.pidfdSendSignal(pidfd, SIGUSR2)).toBe(0);
    await arrived;
    library.close(pidfd);
    expect(library.pidfdSendSignal(pidfd, SIGUSR2)).toBe(-9);
  });

  test('an event counter is readable while it is not 0', () => {
    const fd = library.eventfd(C.EFD_CLOEXEC | C.EFD_NONBLOCK);
    expect(library.poll([[fd, C.POLLIN]], 0)).toEqual([0]);
    library.write(fd, new Uint8Array(Uint32Array.of(1, 0).buffer));
    expect(library.poll([[fd, C.POLLIN]], 0)).toEqual([C.POLLIN]);
    expect(library.read(fd, new Uint8Array(8))).toBe(8);
    expect(library.poll([[fd, C.POLLIN]], 0)).toEqual([0]);
    library.close(fd);
  });
});
