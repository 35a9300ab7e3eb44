import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants as C, type Libc, type SocketAddress } from '@prac/libc';
import { expect, onTestFinished, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';

/** A server, and a socket that has connected to it. */
function connected(library: Libc, address: SocketAddress): { server: number; client: number; name: SocketAddress } {
  const { sockets } = library;
  const server = opened(library, sockets.socket(address.family, C.SOCK_CLOEXEC));
  expect(sockets.bind(server, address)).toBe(0);
  expect(sockets.listen(server, 1)).toBe(0);
  const name = sockets.nameOf(server) as SocketAddress;
  const client = opened(library, sockets.socket(address.family, C.SOCK_CLOEXEC));
  expect(sockets.connect(client, name)).toBe(0);
  return { server, client, name };
}

function opened(library: Libc, fd: number): number {
  expect(fd).toBeGreaterThan(2);
  onTestFinished(() => void library.close(fd));
  return fd;
}

describeBackends('sockets', (library) => {
  test.each<SocketAddress>([
    { family: 'inet', host: '127.0.0.1', port: 0 },
    { family: 'unix', path: `\0prac-${process.pid}` },
    { family: 'unix', path: join(tmpdir(), `prac-${process.pid}-${library.backend.replace(':', '')}`) },
  ])('bytes go from one to another: %o', (address) => {
    const { server, client, name } = connected(library, address);
    expect(name).toEqual(address.family === 'unix' ? address : { ...address, port: expect.any(Number) });
    const [fd] = library.sockets.accept(server, C.SOCK_CLOEXEC) as [number, SocketAddress];
    opened(library, fd);
    expect(library.write(client, Buffer.from('hello'))).toBe(5);
    const memory = Buffer.alloc(10);
    expect(library.read(fd, memory)).toBe(5);
    expect(memory.toString('latin1', 0, 5)).toBe('hello');
    if (address.family === 'unix' && address.path[0] !== '\0') process.getBuiltinModule('fs').unlinkSync(address.path);
  });

  test('a connection that nobody takes is refused', () => {
    const server = opened(library, library.sockets.socket('inet', C.SOCK_CLOEXEC));
    library.sockets.bind(server, { family: 'inet', host: '127.0.0.1', port: 0 });
    const name = library.sockets.nameOf(server) as SocketAddress;
    const client = opened(library, library.sockets.socket('inet', C.SOCK_CLOEXEC | C.SOCK_NONBLOCK));
    expect([-C.EINPROGRESS, -111]).toContain(library.sockets.connect(client, name));
    library.poll([[client, C.POLLOUT]], 1000);
    expect([0, -111]).toContain(library.sockets.errorOf(client)); // 0: connect() has said so
  });

  test('hosts have numbers', () => {
    const hosts = library.sockets.resolve('localhost');
    expect(hosts.map((address) => (address.family === 'unix' ? '' : address.host))).toContain('127.0.0.1');
    expect(library.sockets.resolve('nobody.invalid')).toEqual([]);
  });

  test('addresses that are none are refused', () => {
    const fd = opened(library, library.sockets.socket('inet6', C.SOCK_CLOEXEC));
    for (const host of ['1.2.3', '1.2.3.4.5', 'x', '1.2.3.256'])
      expect(() => library.sockets.bind(fd, { family: 'inet', host, port: 0 })).toThrow(RangeError);
    for (const host of ['1:2', '1:2:3:4:5:6:7:8:9', 'g::', ':::1:12345'])
      expect(() => library.sockets.bind(fd, { family: 'inet6', host, port: 0 })).toThrow(RangeError);
    expect(() => library.sockets.bind(fd, { family: 'inet', host: '127.0.0.1', port: 65_536 })).toThrow(RangeError);
    expect(() => library.sockets.bind(fd, { family: 'unix', path: 'x'.repeat(108) })).toThrow(RangeError);
  });

  test('a descriptor of another process can be taken, where that is allowed', () => {
    const pidfd = opened(library, library.pidfdOpen(process.pid));
    const [end, start] = library.pipe2(C.O_CLOEXEC) as [number, number];
    opened(library, end);
    opened(library, start);
    const taken = library.pidfdGetfd(pidfd, end);
    if (taken === -C.ENOSYS || taken === -1) return;
    opened(library, taken);
    library.write(start, Buffer.from('x'));
    expect(library.read(taken, Buffer.alloc(1))).toBe(1);
  });
});
