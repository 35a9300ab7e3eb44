import { spawn as spawnNode } from 'node:child_process';
import { constants as C } from '@prac/libc';
import { expect, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';

const NOBODY = 2 ** 22 + 7; // above the kernel's largest process id
const E = { SRCH: -3, CHILD: -10, INVAL: -22 };

describeBackends('processes', (library) => {
  const spawn = (...argv: string[]) => library.posixSpawn({ path: '/bin/sh', argv, env: null, dup2: [] });

  test('waitpid gives the wait status: exit code in the second byte, signal in the first', () => {
    expect(library.waitpid(spawn('sh', '-c', 'exit 7'), 0)).toEqual({ status: 7 << 8 });
    const pid = spawn('sh', '-c', 'kill -9 $$');
    expect(library.waitpid(pid, 0)).toEqual({ status: 9 });
    expect(library.waitpid(pid, 0)).toEqual({ errno: C.ECHILD });
  });

  test('a running child has not ended, and hasEnded leaves an ended one to waitpid', () => {
    const pid = library.posixSpawn({ path: '/bin/sleep', argv: ['sleep', '100'], env: null, dup2: [] });
    expect(library.hasEnded(pid)).toBe(false);
    expect(library.waitpid(pid, C.WNOHANG)).toBeUndefined();
    expect(library.kill(pid, 15)).toBe(0);
    const pidfd = library.pidfdOpen(pid);
    expect(library.poll([[pidfd, C.POLLIN]], 10_000)).toEqual([C.POLLIN]);
    expect(library.hasEnded(pid)).toBe(true);
    expect(library.hasEnded(pid)).toBe(true);
    expect(library.waitpid(pid, C.WNOHANG)).toEqual({ status: 15 });
    expect(library.hasEnded(pid)).toBe(E.CHILD);
    library.close(pidfd);
  });

  test('a pidfd is closed on exec', () => {
    const pid = spawn('sh', '-c', 'true');
    const pidfd = library.pidfdOpen(pid);
    expect(library.fcntl(pidfd, C.F_GETFD)).toBe(C.FD_CLOEXEC);
    library.waitpid(pid, 0);
    library.close(pidfd);
  });

  test('what does not exist is its error number', () => {
    expect(library.kill(NOBODY, 0)).toBe(E.SRCH);
    expect(library.kill(-NOBODY, 9)).toBe(E.SRCH);
    expect(library.kill(process.pid, 0)).toBe(0);
    expect(library.kill(process.pid, 999)).toBe(E.INVAL);
    expect(library.getpgid(NOBODY)).toBe(E.SRCH);
    expect(library.getpgid(0)).toBe(library.getpgid(process.pid));
    expect(library.hasEnded(NOBODY)).toBe(E.CHILD);
    expect(library.pidfdOpen(NOBODY)).toBe(E.SRCH);
    expect(library.pidfdOpen(-1)).toBe(E.INVAL);
  });

  test('a child of child_process is left to Node', async () => {
    const child = spawnNode('/bin/sh', ['-c', 'exit 3']);
    const pidfd = library.pidfdOpen(child.pid!);
    library.poll([[pidfd, C.POLLIN]], 10_000);
    library.close(pidfd);
    expect(library.hasEnded(child.pid!)).toBe(true);
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(3);
  });
});
