import { readdirSync } from 'node:fs';
import {
  BufferTooShort,
  EOFError,
  Event,
  OSError,
  Pipe,
  Process,
  Queue,
  SimpleQueue,
  ThreadPool,
  ValueError,
} from '@prac/pool';
import { BrokenPipeError, type Connection, wait, waitSync } from '@prac/pool/connection';
import { Thread } from '@prac/sync';
import { describe, expect, onTestFinished, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

const VALUES = [1, 'text', null, [1, { a: new Map([[1, 2]]) }], new Date(0), 2n ** 70n, new Uint8Array([1, 2])];
const MEGABYTE = new Uint8Array(2 ** 20).map((_, i) => i % 251);

function pipe<Here = unknown, There = unknown>(duplex = true): ReturnType<typeof Pipe<Here, There>> {
  const ends = Pipe<Here, There>({ duplex });
  onTestFinished(() => {
    for (const end of ends) end.close();
  });
  return ends;
}

describe.each(['sync', 'async'])('%s', (form) => {
  test('values and bytes go to another process, and back', async () => {
    const [here, there] = pipe();
    const all = crew(
      1,
      async (there: Connection, form: string) => {
        for (;;) {
          const value = form === 'sync' ? there.recvSync() : await there.recv();
          if (value === 'bytes') break;
          if (form === 'sync') there.sendSync([value]);
          else await there.send([value]);
        }
        const bytes = form === 'sync' ? there.recvBytesSync() : await there.recvBytes();
        if (form === 'sync') there.sendBytesSync(bytes);
        else await there.sendBytes(bytes);
      },
      [there, form],
    );
    for (const value of VALUES) {
      await here.send(value);
      expect(await here.recv()).toEqual([value]);
    }
    here.sendSync('bytes');
    await here.sendBytes(MEGABYTE);
    expect(Buffer.compare(await here.recvBytes(), MEGABYTE)).toBe(0);
    expect(await ended(all)).toEqual([0]);
  });

  test('the end of the other process is the end of the connection', async () => {
    const [here, there] = pipe();
    const all = crew(1, (there: Connection) => there.sendSync('last'), [there]);
    there.close();
    expect(form === 'sync' ? here.recvSync() : await here.recv()).toBe('last');
    if (form === 'sync') expect(() => here.recvSync()).toThrow(EOFError);
    else await expect(here.recv()).rejects.toThrow(EOFError);
    expect(form === 'sync' ? here.pollSync(null) : await here.poll(null)).toBe(true);
    await ended(all);
    if (form === 'sync') expect(() => here.sendSync(1)).toThrow(BrokenPipeError);
    else await expect(here.send(1)).rejects.toThrow(BrokenPipeError);
  });

  test('a process that is killed in the middle of a message is the end of it', async () => {
    const [here, there] = pipe();
    const all = crew(1, (there: Connection) => there.sendBytesSync(new Uint8Array(2 ** 22)), [there]);
    there.close();
    await here.poll(null);
    all[0]!.kill();
    const text = 'got end of file during message';
    if (form === 'sync') expect(() => here.recvSync()).toThrow(text);
    else await expect(here.recv()).rejects.toThrow(text);
    expect(await ended(all)).toEqual([-9]);
  });

  test('poll tells whether there is something', async () => {
    const [here, there] = pipe();
    const poll = (timeout?: number | null) => (form === 'sync' ? here.pollSync(timeout) : here.poll(timeout));
    expect(await poll()).toBe(false);
    expect(await poll(0.01)).toBe(false);
    there.sendSync(1);
    expect(await poll()).toBe(true);
    expect(await poll(null)).toBe(true);
    expect(here.recvSync()).toBe(1);
    expect(await poll(0)).toBe(false);
  });
});

test('one end of a pipe that is not duplex receives, the other sends', async () => {
  const [receiver, sender] = pipe(false);
  expect([receiver.readable, receiver.writable, sender.readable, sender.writable]).toEqual([true, false, false, true]);
  expect(() => receiver.sendSync(1)).toThrow('connection is read-only');
  await expect(receiver.send(1)).rejects.toThrow('connection is read-only');
  for (const call of [() => sender.recvSync(), () => sender.pollSync(), () => sender.recvBytesSync()])
    expect(call).toThrow('connection is write-only');
  await expect(wait([sender])).rejects.toThrow('connection is write-only');
});

test('a closed end says so', async () => {
  const [here, there] = pipe();
  expect([here.closed, here.fileno() > 2, String(here)]).toEqual([false, true, expect.stringMatching(/^<pool.Conn/)]);
  here.close();
  here.close();
  expect(here.closed).toBe(true);
  for (const call of [
    () => here.sendSync(1),
    () => here.recvSync(),
    () => here.pollSync(),
    () => here.fileno(),
    () => waitSync([here]),
    () => here.recvBytesIntoSync(new Uint8Array(1)),
  ])
    expect(call).toThrow(new OSError('handle is closed'));
  await expect(here.recv()).rejects.toThrow('handle is closed');
  expect(() => new SimpleQueue().putSync(here)).toThrow('it is closed');
  expect(() => there.recvSync()).toThrow(EOFError);
});

test('who waits is told of the close', async () => {
  const [here] = pipe();
  const [receiving, polling, waiting] = [here.recv(), here.poll(null), wait([here])];
  here.close();
  for (const it of [receiving, polling, waiting]) await expect(it).rejects.toThrow('handle is closed');
});

test('bytes: parts of memory, into memory, of a length that is allowed', () => {
  const [here, there] = pipe();
  const bytes = Buffer.from('abcdef');
  here.sendBytesSync(bytes, { offset: 2 });
  expect(there.recvBytesSync().toString()).toBe('cdef');
  here.sendBytesSync(new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + 6)), {
    offset: 1,
    size: 2,
  });
  expect(there.recvBytesSync({ maxlength: 2 }).toString()).toBe('bc');
  here.sendBytesSync(bytes, { size: 0 });
  expect(there.recvBytesSync()).toHaveLength(0);
  here.sendBytesSync(bytes);
  const memory = new Uint8Array(8);
  expect(there.recvBytesIntoSync(memory, { offset: 2 })).toBe(6);
  expect(Buffer.from(memory).toString()).toBe('\0\0abcdef');
  here.sendBytesSync(bytes);
  const error = caught(() => there.recvBytesIntoSync(new Uint8Array(3))) as BufferTooShort;
  expect(error).toBeInstanceOf(BufferTooShort);
  expect(error.bytes.toString()).toBe('abcdef');
  here.sendBytesSync(bytes);
  expect(() => there.recvBytesSync({ maxlength: 5 })).toThrow('bad message length');
  expect([there.readable, there.closed]).toEqual([false, false]);
});

test.each<[string, (c: Connection) => unknown, new (...args: never[]) => Error]>([
  ['bytes that are none', (c) => c.sendBytesSync('abc' as never), TypeError],
  ['an offset behind the end', (c) => c.sendBytesSync(new Uint8Array(1), { offset: 2 }), ValueError],
  ['a negative offset', (c) => c.sendBytesSync(new Uint8Array(1), { offset: -1 }), ValueError],
  ['a negative size', (c) => c.sendBytesSync(new Uint8Array(1), { size: -1 }), ValueError],
  ['a size that is too much', (c) => c.sendBytesSync(new Uint8Array(1), { offset: 1, size: 1 }), ValueError],
  ['half a byte', (c) => c.sendBytesSync(new Uint8Array(1), { size: 0.5 }), TypeError],
  ['an unknown option', (c) => c.sendBytesSync(new Uint8Array(1), { sise: 1 } as never), TypeError],
  ['a negative maxlength', (c) => c.recvBytesSync({ maxlength: -1 }), ValueError],
  ['an offset behind the memory', (c) => c.recvBytesIntoSync(new Uint8Array(1), { offset: 2 }), ValueError],
  ['a time limit that is none', (c) => c.pollSync('1' as never), TypeError],
  ['what cannot travel', (c) => c.sendSync(new WeakMap()), Error],
])('%s is refused at the call, and nothing is sent', (_, call, type) => {
  const [here, there] = pipe();
  expect(() => call(here)).toThrow(type);
  expect(there.pollSync()).toBe(false);
});

test('Pipe refuses what is no option', () => {
  expect(() => Pipe({ duplex: 1 as never })).toThrow(TypeError);
  expect(() => Pipe({ dup: true } as never)).toThrow('Unknown option');
});

test('an aborted receive leaves the message, also half of it', async () => {
  const [here, there] = pipe();
  const reason = new Error('enough');
  const controller = new AbortController();
  const first = there.recv({ signal: controller.signal });
  controller.abort(reason);
  await expect(first).rejects.toBe(reason);
  const sending = here.sendBytes(MEGABYTE); // more than there is room for
  const again = new AbortController();
  const [half, behind] = [there.recvBytes({ signal: again.signal }), there.recvBytes()];
  again.abort(reason);
  await expect(half).rejects.toBe(reason);
  expect(Buffer.compare(await behind, MEGABYTE)).toBe(0);
  await sending;
});

test('an aborted send has sent nothing, or all', async () => {
  const [here, there] = pipe();
  const controller = new AbortController();
  const [first, second] = [
    here.sendBytes(MEGABYTE, { signal: controller.signal }),
    here.sendBytes(Buffer.from('never'), { signal: controller.signal }),
  ];
  controller.abort(new Error('enough'));
  await expect(first).rejects.toThrow('enough');
  await expect(second).rejects.toThrow('enough');
  const next = here.sendBytes(Buffer.from('next'));
  expect(Buffer.compare(await there.recvBytes(), MEGABYTE)).toBe(0);
  expect(String(await there.recvBytes())).toBe('next');
  await next;
});

test('messages that are sent at the same time do not mix', async () => {
  const [here, there] = pipe();
  const pieces = Array.from({ length: 20 }, (_, i) => new Uint8Array(50_000 + i).fill(i));
  const sending = Promise.all(pieces.map((piece) => here.sendBytes(piece)));
  const got = await Promise.all(pieces.map(() => there.recvBytes()));
  await sending;
  expect(got.map((bytes) => bytes.length)).toEqual(pieces.map((piece) => piece.length));
  expect(got.every((bytes, i) => bytes.every((byte) => byte === i))).toBe(true);
});

test('to block where an async function of the thread is in the way is an error', async () => {
  const [here, there] = pipe();
  const receiving = here.recv();
  expect(() => here.recvSync()).toThrow('another call of this thread');
  there.sendSync(1);
  expect(await receiving).toBe(1);
});

test('threads share an end: who closes it closes it for all', async () => {
  const [here, there] = pipe<number, number>();
  const serve = (c: Connection<number, number>): void => {
    for (let n = c.recvSync(); n > 0; n = c.recvSync()) c.sendSync(n * 2);
    c.close();
  };
  const thread = new Thread({ target: serve, args: [there] });
  thread.start();
  await here.send(21);
  expect(await here.recv()).toBe(42);
  await here.send(0);
  await thread.join();
  expect(there.closed).toBe(true);
  expect(() => here.recvSync()).toThrow(EOFError);
});

test('threads that receive from the same end get each message once', async () => {
  const [here, there] = pipe<number, number>();
  await using pool = new ThreadPool({ processes: 2 });
  const take = (c: Connection<number, number>): number[] => {
    const got: number[] = [];
    for (let n = c.recvSync(); n >= 0; n = c.recvSync()) got.push(n);
    return got;
  };
  const results = [pool.applyAsync(take, [there]), pool.applyAsync(take, [there])];
  for (let n = 0; n < 500; n++) await here.send(n);
  for (const _ of results) await here.send(-1);
  const got = (await Promise.all(results.map((result) => result.get(20)))).flat();
  expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

describe.each(['queue', 'connection'])('through a %s', (way) => {
  test('an end goes to a process that runs; when all have closed it, it is closed', async () => {
    const queue = new Queue<Connection>();
    const [mine, its] = pipe<Connection, unknown>();
    const all = crew(
      1,
      (queue: Queue<Connection>, its: Connection<unknown, Connection>, way: string) => {
        const end = way === 'queue' ? queue.getSync() : its.recvSync();
        end.sendSync(['got', end.recvSync()]);
        end.close();
      },
      [queue, its, way],
    );
    const [here, there] = pipe();
    if (way === 'queue') await queue.put(there);
    else await mine.send(there);
    there.close();
    await here.send('hello');
    expect(await here.recv()).toEqual(['got', 'hello']);
    await expect(here.recv()).rejects.toThrow(EOFError);
    expect(await ended(all)).toEqual([0]);
  });
});

test('an end whose sender has ended cannot be taken', async () => {
  const queue = new Queue<Connection>();
  const all = crew(
    1,
    (queue: Queue<Connection>) => {
      const [, there] = Pipe();
      queue.putSync(there);
    },
    [queue],
  );
  expect(await ended(all)).toEqual([0]);
  await expect(queue.get()).rejects.toThrow();
});

test('a process that waits for a message is killed: nobody else is held up', async () => {
  const [here, there] = pipe<string, string>();
  const begun = new Event();
  const all = crew(
    1,
    (there: Connection<string, string>, begun: Event) => {
      begun.set();
      there.recvSync();
    },
    [there, begun],
  );
  await begun.wait();
  all[0]!.kill();
  await ended(all);
  await here.send('still here');
  expect(await there.recv()).toBe('still here');
});

describe.each(['sync', 'async'])('wait, %s', (form) => {
  const waitFor = async <It extends Parameters<typeof wait>[0]>(objects: It, timeout?: number) =>
    form === 'sync' ? waitSync(objects, timeout) : wait(objects, timeout);

  test('tells who is ready, in order: connections, and the end of a process', async () => {
    const ends = [pipe(), pipe(), pipe()];
    const receivers = ends.map(([here]) => here);
    expect(await waitFor(receivers, 0.01)).toEqual([]);
    ends[2]![1].sendSync(1);
    ends[0]![1].sendSync(1);
    expect(await waitFor(receivers)).toEqual([receivers[0], receivers[2]]);
    const [only] = pipe();
    const child = new Process({ target: () => {} });
    child.start();
    expect(await waitFor([only, child.sentinel])).toEqual([child.sentinel]);
    await child.join();
  });

  test('hears of what comes while it waits', async () => {
    const [here, there] = pipe();
    const all = crew(
      1,
      (there: Connection) => {
        there.recvSync();
        there.sendSync(1);
      },
      [there],
    );
    await here.send('go');
    expect(await waitFor([here], 20)).toEqual([here]);
    await ended(all);
  });

  test('an end that was closed on the other side is ready', async () => {
    const [here, there] = pipe();
    there.close();
    expect(await waitFor([here])).toEqual([here]);
  });
});

test('wait refuses what cannot be waited for, and leaves no trace of an abort', async () => {
  for (const it of ['x', null, {}, 1.5, 1_000_000]) await expect(wait([it as never], 0)).rejects.toThrow();
  const [here] = pipe();
  await wait([here], 0.001); // from now on the event loop has what it needs
  const before = descriptors();
  await expect(wait([here, here.fileno()], { signal: AbortSignal.timeout(5) })).rejects.toThrow('timeout');
  expect(descriptors()).toBe(before);
});

test('ends that are closed leave no descriptors', () => {
  const before = descriptors();
  for (let i = 0; i < 10; i++) {
    const [here, there] = Pipe();
    here.sendSync(1);
    there.pollSync();
    here.close();
    there.close();
  }
  expect(descriptors()).toBe(before);
});

function descriptors(): number {
  return readdirSync('/proc/self/fd').length;
}

function caught(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
