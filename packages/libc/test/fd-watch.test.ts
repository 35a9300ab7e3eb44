import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { constants as C, FdWatch } from '@prac/libc';
import { expectNothingLeft, leftovers } from '@prac/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Libc } from '../src/libc.ts';
import { describeBackends } from './helpers/backends.ts';
import { pipe } from './helpers/spawn.ts';

describeBackends('FdWatch', (library) => {
  let before = leftovers();
  beforeEach(() => {
    before = leftovers();
  });
  afterEach(() => expectNothingLeft(before));

  test('a read end is ready when something was written, or when its last writer is gone', async () => {
    const [end, start] = pipe(library);
    const watch = new FdWatch(library, end, 'readable');
    const first = ready(watch);
    library.write(start, Buffer.from('x'));
    await first;
    library.read(end, new Uint8Array(1));
    const second = ready(watch);
    library.close(start);
    await second;
    expect(library.read(end, new Uint8Array(1))).toBe(0);
    finish(library, [watch], [end]);
  });

  test('a write end is ready when there is room, or when its last reader is gone', async () => {
    const [end, start] = pipe(library, C.O_CLOEXEC | C.O_NONBLOCK);
    const watch = new FdWatch(library, start, 'writable');
    await ready(watch);
    while (library.write(start, new Uint8Array(4096)) > 0);
    const room = ready(watch);
    while (library.read(end, new Uint8Array(4096)) > 0);
    await room;
    while (library.write(start, new Uint8Array(4096)) > 0);
    const gone = ready(watch);
    library.close(end);
    await gone;
    expect(library.write(start, new Uint8Array(1))).toBe(-32);
    finish(library, [watch], [start]);
  });

  test('a pidfd is ready when the process has ended', async () => {
    const pid = library.posixSpawn({ path: '/bin/sleep', argv: ['sleep', '100'], env: null, dup2: [] });
    const pidfd = library.pidfdOpen(pid);
    const watch = new FdWatch(library, pidfd, 'readable');
    const ended = ready(watch);
    library.kill(pid, 15);
    await ended;
    expect(library.waitpid(pid, C.WNOHANG)).toEqual({ status: 15 });
    finish(library, [watch], [pidfd]);
  });

  test('the callback is called again and again while the descriptor is ready, until it stops the watch', async () => {
    const [end, start] = pipe(library);
    library.write(start, Buffer.from('x'));
    const watch = new FdWatch(library, end, 'readable');
    let calls = 0;
    await new Promise<void>((resolve) => {
      watch.start(() => {
        calls++;
        if (calls === 3) watch.stop();
        if (calls === 3) setImmediate(() => setImmediate(resolve));
      });
    });
    expect([calls, watch.started]).toEqual([3, false]);
    finish(library, [watch], [end, start]);
  });

  test('promise reactions follow the callback in the same turn', async () => {
    const [end, start] = pipe(library);
    library.write(start, Buffer.from('x'));
    const watch = new FdWatch(library, end, 'readable');
    const order: string[] = [];
    await new Promise<void>((resolve) => {
      watch.start(() => {
        watch.stop();
        setImmediate(() => resolve(void order.push('next turn')));
        Promise.resolve().then(() => order.push('promise'));
      });
    });
    expect(order).toEqual(['promise', 'next turn']);
    finish(library, [watch], [end, start]);
  });

  test('a callback may close all watches and their descriptors; none of them is called afterwards', async () => {
    const ends = Array.from({ length: 5 }, () => pipe(library));
    const watches = ends.map(([end]) => new FdWatch(library, end, 'readable'));
    for (const [, start] of ends) library.write(start, Buffer.from('x'));
    let calls = 0;
    await new Promise<void>((resolve) => {
      for (const watch of watches) {
        watch.start(() => {
          calls++;
          finish(library, watches, ends.flat());
          setImmediate(() => setImmediate(resolve));
        });
      }
    });
    expect(calls).toBe(1);
  });

  test('a watch closed too late does not stop a newer one of the same number', async () => {
    const [end, start] = pipe(library);
    const late = new FdWatch(library, end, 'readable');
    late.start(() => expect.fail('called'));
    finish(library, [], [end, start]);
    const [again, writer] = pipe(library);
    expect(again).toBe(end);
    const watch = new FdWatch(library, again, 'readable');
    const called = ready(watch);
    late.close();
    library.write(writer, Buffer.from('x'));
    await called;
    finish(library, [watch], [again, writer]);
  });

  test('1000 watches are all called', async () => {
    const ends = Array.from({ length: 1000 }, () => pipe(library));
    const watches = ends.map(([end]) => new FdWatch(library, end, 'readable'));
    const all = Promise.all(watches.map((watch) => ready(watch)));
    for (const [, start] of ends) library.write(start, Buffer.from('x'));
    await all;
    finish(library, watches, ends.flat());
  });

  test('the descriptor stays as it was, and a stream of Node may have it too', async () => {
    const [end, start] = pipe(library);
    const watch = new FdWatch(library, end, 'readable');
    const called = ready(watch);
    library.write(start, Buffer.from('x'));
    await called;
    expect(library.fcntl(end, C.F_GETFL) & C.O_NONBLOCK).toBe(0);
    watch.start(() => {});
    const socket = new Socket({ fd: end, readable: true, writable: false });
    expect(String(await new Promise((resolve) => socket.once('data', resolve)))).toBe('x');
    finish(library, [watch], [start]);
    await new Promise((resolve) => socket.once('close', resolve));
  });

  test.each([
    ['EBADF', 'a descriptor that is not open', () => 1_000_000],
    ['EPERM', 'a file', () => openSync('/etc/passwd', 'r')],
    ['EPERM', '/dev/null', () => openSync('/dev/null', 'r')],
  ])('start throws %s for %s', (code, _, open) => {
    const fd = open();
    const watch = new FdWatch(library, fd, 'readable');
    expect(() => watch.start(() => {})).toThrow(expect.objectContaining({ code, syscall: 'epoll_ctl' }));
    expect(watch.started).toBe(false);
    watch.close();
    if (fd < 1_000_000) closeSync(fd);
  });

  test('misuse is an error', () => {
    const [end, start] = pipe(library);
    const watch = new FdWatch(library, end, 'readable');
    const second = new FdWatch(library, end, 'readable');
    watch.start(() => {});
    watch.start(() => {}); // only another callback
    expect(() => second.start(() => {})).toThrow(`EEXIST, epoll_ctl of descriptor ${end}: it is watched already`);
    watch.close();
    watch.close();
    watch.stop();
    expect(() => watch.start(() => {})).toThrow('the watch is closed');
    const third = new FdWatch(library, Number.NaN, 'readable');
    expect(() => third.start(() => {})).toThrow(TypeError);
    expect(() => new FdWatch(library, end, 'both' as 'readable')).toThrow(
      "Expected 'readable' or 'writable', got both",
    );
    finish(library, [second, third], [end, start]);
  });
});

/** Waits for one call, and stops the watch. */
function ready(watch: FdWatch): Promise<void> {
  return new Promise((resolve) => {
    watch.start(() => {
      watch.stop();
      resolve();
    });
  });
}

function finish(library: Libc, watches: readonly FdWatch[], fds: readonly number[]): void {
  for (const watch of watches) watch.close();
  for (const fd of fds) library.close(fd);
}
