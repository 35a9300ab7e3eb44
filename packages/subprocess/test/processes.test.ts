import { closeSync, openSync } from 'node:fs';
import { PIPE, Popen, type PopenOptions } from '@prac/subprocess';
import { allowWarnings, waitUntil } from '@prac/testing';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { testOf } from './helpers/engine.ts';
import { temporaryFolder } from './helpers/folder.ts';

describe('the process group and the session', () => {
  const ids = async (options: PopenOptions) => {
    const [pid, , , , group, session] = (await outputOf('cat /proc/$$/stat', options)).split(' ').map(Number);
    return { pid, group, session };
  };

  test("are this process's", async () => {
    const mine = await ids({});
    const { stat } = { stat: await outputOf(`cat /proc/${process.pid}/stat`) };
    const [, , , , group, session] = stat
      .replace(/\(.*\)/, 'x')
      .split(' ')
      .map(Number);
    expect([mine.group, mine.session]).toEqual([group, session]);
  });

  test('startNewSession makes the child the leader of both', async () => {
    const { pid, group, session } = await ids({ startNewSession: true });
    expect([group, session]).toEqual([pid, pid]);
  });

  test('processGroup 0 makes a new group', async () => {
    const { pid, group } = await ids({ processGroup: 0 });
    expect(group).toBe(pid);
  });

  testOf('joining groups', 'processGroup puts the child into a group that is there', async () => {
    const leader = new Popen(['sleep', '60'], { processGroup: 0 });
    const { group, session } = await ids({ processGroup: leader.pid });
    expect(group).toBe(leader.pid);
    expect(session).not.toBe(leader.pid);
    leader.kill();
    await leader.wait();
  });

  testOf('joining groups', 'a group that cannot be joined is refused', () => {
    expect(() => new Popen(['true'], { processGroup: 1 })).toThrow(/Operation not permitted|No such process/);
  });
});

describe('descriptors', () => {
  testOf('inherited descriptors', 'the child has 0, 1 and 2 only', async () => {
    expect(await openIn({})).toEqual(['0', '1', '2']);
  });

  test('passFds are there under the same number', async () => {
    const file = `${temporaryFolder()}/file`;
    const fd = openSync(file, 'w');
    onTestFinished(() => closeSync(fd));
    expect(await openIn({ passFds: [fd] })).toContain(String(fd));
    const child = new Popen(['bash', '-c', `echo through >&${fd}`], { passFds: [fd] });
    expect(await child.wait()).toBe(0);
    expect(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8')).toBe('through\n');
  });

  testOf('inherited descriptors', 'closeFds false leaves those open that are inherited', async () => {
    const { libc, constants } = await import('@prac/libc');
    const fd = openSync('/dev/null', 'r');
    onTestFinished(() => closeSync(fd));
    const open = libc().fcntl(fd, constants.F_DUPFD_CLOEXEC, 3);
    libc().fcntl(open, 2, 0); // F_SETFD: no FD_CLOEXEC
    onTestFinished(() => void libc().close(open));
    expect(await openIn({ closeFds: false })).toContain(String(open));
    expect(await openIn({ closeFds: true })).not.toContain(String(open));
  });

  test('passFds with closeFds false warns as Python does', async () => {
    allowWarnings(/pass_fds overriding close_fds/);
    const warned = vi.fn();
    process.once('warning', warned);
    const fd = openSync('/dev/null', 'r');
    onTestFinished(() => closeSync(fd));
    expect(await openIn({ passFds: [fd], closeFds: false })).toContain(String(fd));
    await waitUntil(() => warned.mock.calls.length > 0);
    expect(String(warned.mock.calls[0]?.[0])).toBe('RuntimeWarning: pass_fds overriding close_fds.');
  });

  test('a descriptor to pass that is not open is a bad one', () => {
    expect(() => new Popen(['true'], { passFds: [98_765] })).toThrow('[Errno 9] Bad file descriptor');
  });

  async function openIn(options: PopenOptions): Promise<string[]> {
    // The shell's glob opens the folder, which is not counted.
    const list = 'for fd in /proc/$$/fd/*; do [ -e $fd ] && basename $fd; done';
    return (await outputOf(list, options)).split('\n');
  }
});

describe('signals', () => {
  const SIGPIPE = 1n << 12n;
  const SIGXFSZ = 1n << 24n;
  const ignored = async (options: PopenOptions) => {
    const text = await outputOf('grep SigIgn /proc/self/status', options);
    return BigInt(`0x${text.split(/\s+/)[1]}`);
  };

  test('SIGPIPE and SIGXFSZ, which Node ignores, are not ignored by the child', async () => {
    expect((await ignored({})) & (SIGPIPE | SIGXFSZ)).toBe(0n);
  });

  testOf('ignored signals', 'restoreSignals false leaves SIGPIPE ignored', async () => {
    expect((await ignored({ restoreSignals: false })) & SIGPIPE).toBe(SIGPIPE);
  });

  test('none is blocked', async () => {
    expect(await outputOf('grep SigBlk /proc/self/status')).toMatch(/SigBlk:\t0+$/);
  });
});

describe('pipesize', () => {
  testOf('pipe sizes', 'is the capacity of every pipe', async () => {
    const { libc, constants } = await import('@prac/libc');
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE, stderr: PIPE, pipesize: 8192 });
    const sizes = [child.stdin, child.stdout, child.stderr].map((end) =>
      libc().fcntl(end.fileno(), constants.F_GETPIPE_SZ ?? 1032),
    );
    expect(sizes).toEqual([8192, 8192, 8192]);
    await child[Symbol.asyncDispose]();
  });
});

async function outputOf(script: string, options: PopenOptions = {}): Promise<string> {
  const [output] = await new Popen(['sh', '-c', script], { ...options, stdout: PIPE, text: true }).communicate();
  return output.trim();
}
