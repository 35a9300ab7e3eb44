import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { currentProcess, EOFError, Process, ValueError } from '@prac/pool';
import {
  type Address,
  AuthenticationError,
  Client,
  ClientSync,
  type Connection,
  ConnectionRefusedError,
  Listener,
  type ListenerOptions,
  wait,
} from '@prac/pool/connection';
import { Popen } from '@prac/subprocess';
import { describe, expect, onTestFinished, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

const KEY = Buffer.from('secret');
const ADDRESSES: [string, () => Address | undefined][] = [
  ['a path of its own', () => undefined],
  ['a path', () => join(tmpdir(), `prac-test-${process.pid}-${crypto.randomUUID().slice(0, 8)}`)],
  ['an abstract name', () => `\0prac-test-${crypto.randomUUID()}`],
  ['localhost', () => ['localhost', 0]],
  ['a number of IPv4', () => ['127.0.0.1', 0]],
  ['a number of IPv6', () => ['::1', 0]],
];

function listener(address?: Address, options?: ListenerOptions): Listener {
  const it = new Listener(address, options);
  onTestFinished(() => it.close());
  return it;
}

describe.each(ADDRESSES)('%s', (_, address) => {
  test.each(['sync', 'async'])('another process connects (%s), and both know the key', async (form) => {
    const server = listener(address(), { authkey: KEY });
    const all = crew(
      1,
      async (address: Address, authkey: Uint8Array, form: string) => {
        const connection = form === 'sync' ? ClientSync(address, { authkey }) : await Client(address, { authkey });
        await connection.send(['hello', connection.recvSync()]);
        connection.close();
      },
      [server.address, KEY, form],
    );
    const connection = form === 'sync' ? server.acceptSync() : await server.accept();
    await connection.send(42);
    expect(await connection.recv()).toEqual(['hello', 42]);
    await expect(connection.recv()).rejects.toThrow(EOFError);
    connection.close();
    expect(await ended(all)).toEqual([0]);
    const { address: at } = server;
    server.close();
    if (typeof at === 'string') expect(existsSync(at)).toBe(false);
    await expect(Client(at)).rejects.toThrow();
  });
});

test('who has another key is refused, on both sides', async () => {
  const server = listener(undefined, { authkey: KEY });
  const accepting = server.accept();
  const connecting = Client(server.address, { authkey: Buffer.from('wrong') });
  await expect(accepting).rejects.toThrow(new AuthenticationError('digest received was wrong'));
  await expect(connecting).rejects.toThrow(new AuthenticationError('digest sent was rejected'));
});

test('who does not speak the same is refused, and the next is served', async () => {
  const server = listener(undefined, { authkey: KEY });
  const accepting = server.accept();
  const rude = await Client(server.address);
  await rude.recvBytes();
  await rude.sendBytes(Buffer.from('nonsense'));
  await expect(accepting).rejects.toThrow(AuthenticationError);
  rude.close();
  const again = server.accept();
  const silent = await Client(server.address);
  silent.close();
  await expect(again).rejects.toThrow();
  const [a, b] = await Promise.all([server.accept(), Client(server.address, { authkey: KEY })]);
  await a.send(1);
  expect(await b.recv()).toBe(1);
  a.close();
  b.close();
});

test('an accept that is aborted takes nobody along', async () => {
  const server = listener(['127.0.0.1', 0]);
  await expect(server.accept({ signal: AbortSignal.timeout(5) })).rejects.toThrow('timeout');
  const client = await Client(server.address);
  expect(await wait([server])).toEqual([server]);
  const accepted = await server.accept();
  expect(server.lastAccepted).toEqual(['127.0.0.1', expect.any(Number)]);
  client.close();
  accepted.close();
});

test('who waits is told of the close; nobody listens there any more', async () => {
  const server = new Listener();
  const accepting = server.accept();
  server.close();
  server.close();
  await expect(accepting).rejects.toThrow('listener is closed');
  expect(() => server.acceptSync()).toThrow('listener is closed');
  const port = listener(['127.0.0.1', 0]);
  port.close();
  await expect(Client(port.address)).rejects.toThrow(ConnectionRefusedError);
  expect(() => ClientSync(port.address)).toThrow(ConnectionRefusedError);
});

test('more than have room wait until they are accepted', async () => {
  const server = listener(undefined, { backlog: 1 });
  const clients = Array.from({ length: 10 }, () => Client(server.address));
  for (const _ of clients) (await server.accept()).close();
  for (const client of clients) (await client).close();
});

test('a socket goes to a process that is started, and to one that runs', async () => {
  const server = listener(['127.0.0.1', 0]);
  const [client, accepted] = await Promise.all([Client(server.address), server.accept()]);
  const child = new Process({
    target: (c: Connection) => {
      c.sendSync('from the child');
      c.sendSync(c);
    },
    args: [accepted as Connection],
  });
  child.start();
  accepted.close();
  expect(await client.recv()).toBe('from the child');
  child.kill();
  await child.join();
});

test.each<[string, () => unknown, string | (new (...args: never[]) => Error)]>([
  ['a port without a host', () => new Listener([1] as never), TypeError],
  ['a port that is too high', () => new Listener(['127.0.0.1', 65_536]), 'port must be 0-65535'],
  ['a path with a NUL in it', () => new Listener('a\0b'), ValueError],
  ['a path that is too long', () => new Listener('/tmp/'.padEnd(200, 'x')), RangeError],
  ['a key that is a text', () => new Listener(null, { authkey: 'key' as never }), 'authkey should be a byte string'],
  ['a family that is none', () => new Listener(null, { family: 'AF_PIPE' as never }), ValueError],
  ['a family of another address', () => new Listener(['127.0.0.1', 0], { family: 'AF_UNIX' }), ValueError],
  ['half a backlog', () => new Listener(null, { backlog: 0.5 }), TypeError],
  ['a host that nobody knows', () => ClientSync(['nobody.invalid', 1]), 'Name or service not known'],
  ['a path that is not there', () => ClientSync('/tmp/is/not/there'), 'No such file or directory'],
])('%s is refused', (_, call, error) => {
  expect(call).toThrow(error as never);
});

test('a path that is taken is refused, and left as it is', () => {
  const server = listener();
  expect(() => new Listener(server.address)).toThrow('Address already in use');
  expect(existsSync(server.address as string)).toBe(true);
});

const PYTHONS = ['python3', 'python3.13'].filter((name) => spawnSync(name, ['-c', '']).status === 0);

describe.each(PYTHONS)('%s', (python) => {
  const run = (code: string, ...args: string[]) => new Popen([python, '-c', code, ...args], { text: true });

  test("Python's Client and our Listener understand each other", async () => {
    const server = listener(undefined, { authkey: KEY });
    const client = `
import sys
from multiprocessing.connection import Client
c = Client(sys.argv[1], authkey=b'secret')
c.send_bytes(c.recv_bytes() + b'!')
c.send_bytes(b'x' * 100000)`;
    const child = run(client, server.address as string);
    const connection = await server.accept();
    await connection.sendBytes(Buffer.from('hello'));
    expect(String(await connection.recvBytes())).toBe('hello!');
    expect(await connection.recvBytes()).toHaveLength(100_000);
    expect(await child.wait()).toBe(0);
    connection.close();
  });

  test("our Client and Python's Listener understand each other", async () => {
    const path = join(tmpdir(), `prac-test-${process.pid}-${python}`);
    const server = `
import sys
from multiprocessing.connection import Listener
with Listener(sys.argv[1], authkey=b'secret') as l:
    print('ready', flush=True)
    for i in range(2):
        try:
            with l.accept() as c:
                c.send_bytes(c.recv_bytes() + b'!')
        except Exception as e:
            print(repr(e), flush=True)`;
    const child = new Popen([python, '-c', server, path], { text: true, stdout: -1 });
    expect(await child.stdout.readline()).toBe('ready\n');
    await expect(Client(path, { authkey: Buffer.from('wrong') })).rejects.toThrow('digest sent was rejected');
    expect(await child.stdout.readline()).toBe("AuthenticationError('digest received was wrong')\n");
    const connection = ClientSync(path, { authkey: KEY });
    await connection.sendBytes(Buffer.from('hello'));
    expect(String(await connection.recvBytes())).toBe('hello!');
    connection.close();
    expect(await child.wait()).toBe(0);
  });
});

test('the key of the program serves its processes', async () => {
  const server = listener(undefined, { authkey: currentProcess().authkey });
  const all = crew(
    1,
    async (address: Address) => {
      (await Client(address, { authkey: currentProcess().authkey })).close();
    },
    [server.address],
  );
  (await server.accept()).close();
  expect(await ended(all)).toEqual([0]);
});
