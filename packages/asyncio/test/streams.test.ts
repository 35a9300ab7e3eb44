import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CancelledError,
  createTask,
  getEventLoop,
  IncompleteReadError,
  LimitOverrunError,
  openConnection,
  openUnixConnection,
  type StreamReader as Reader,
  run,
  type Server,
  StreamReader,
  type StreamWriter,
  sleep,
  startServer,
  startUnixServer,
  timeout,
} from '@prac/asyncio';
import { ConnectionRefusedError, RuntimeError, TimeoutError, ValueError } from '@prac/exceptions';
import { describe, expect, onTestFinished, test } from 'vitest';

/** What has been read already. */
function readerOf(text: string, options?: { limit: number }): Reader {
  const reader = new StreamReader(options);
  reader.feedData(Buffer.from(text));
  reader.feedEof();
  return reader;
}

/** Says back what it reads, line by line. */
async function echo(reader: Reader, writer: StreamWriter): Promise<void> {
  for await (const line of reader) {
    writer.write(line);
    await writer.drain();
  }
  writer.close();
}

describe('StreamReader', () => {
  test('read: so many bytes, or all of them', async () => {
    const reader = readerOf('one two three');
    expect([String(await reader.read(3)), String(await reader.read(0)), String(await reader.read())]).toEqual([
      'one',
      '',
      ' two three',
    ]);
    expect([reader.atEof(), String(await reader.read(5))]).toEqual([true, '']);
  });

  test('readline: with its end; what is left; iteration', async () => {
    const reader = readerOf('a\nb\nc');
    expect(String(await reader.readline())).toBe('a\n');
    const rest: string[] = [];
    for await (const line of reader) rest.push(String(line));
    expect(rest).toEqual(['b\n', 'c']);
  });

  test('readexactly, readuntil: what is missing is an error with what there was', async () => {
    const reader = readerOf('headbody--tail');
    expect(String(await reader.readexactly(4))).toBe('head');
    expect(String(await reader.readuntil(['==', '--']))).toBe('body--');
    const error = await reader.readuntil('--').catch((it) => it);
    expect(error).toBeInstanceOf(IncompleteReadError);
    expect([String(error.partial), error.expected, error.message]).toEqual([
      'tail',
      null,
      '4 bytes read on a total of undefined expected bytes',
    ]);
    await expect(readerOf('ab').readexactly(3)).rejects.toThrow('2 bytes read on a total of 3 expected bytes');
    await expect(readerOf('').readexactly(-1)).rejects.toThrow(ValueError);
    await expect(readerOf('').readuntil('')).rejects.toThrow(ValueError);
  });

  test('lines have a limit', async () => {
    const long = readerOf('123456\nshort\n', { limit: 4 });
    const error = await long.readuntil('\n').catch((it) => it);
    expect([error instanceof LimitOverrunError, error.consumed]).toEqual([true, 6]);
    await expect(long.readline()).rejects.toThrow(ValueError);
    await expect(long.readline()).rejects.toThrow(ValueError); // 'short' is longer, too
    expect(() => new StreamReader({ limit: 0 })).toThrow('Limit cannot be <= 0');
    expect(String(new StreamReader())).toBe('<StreamReader>');
  });

  test('one reads at a time; a cancelled read loses nothing', async () => {
    await run(async () => {
      const reader = new StreamReader();
      const reading = createTask(() => reader.readline());
      await sleep(0);
      await expect(reader.read(1)).rejects.toThrow(RuntimeError);
      reader.feedData(Buffer.from('half'));
      await sleep(0);
      reading.cancel();
      await expect(reading).rejects.toThrow(CancelledError);
      reader.feedData(Buffer.from(' whole\n'));
      expect(String(await reader.readline())).toBe('half whole\n');
      reader.setException(new Error('broken'));
      await expect(reader.read()).rejects.toThrow('broken');
    });
  });
});

describe('connections', () => {
  test('TCP: lines there and back, many at once; who they are', async () => {
    await run(async () => {
      await using server = await startServer(echo, '127.0.0.1', 0);
      expect([server.isServing(), server.sockets]).toEqual([true, [['127.0.0.1', server.port]]]);
      const talk = async (name: string): Promise<string> => {
        const [reader, writer] = await openConnection('127.0.0.1', server.port);
        for (let i = 0; i < 20; i++) writer.write(`${name} ${i}\n`);
        writer.writeEof();
        const all = String(await reader.read());
        expect(writer.getExtraInfo('peername')).toEqual(['127.0.0.1', server.port]);
        writer.close();
        await writer.waitClosed();
        return all;
      };
      const talks = ['a', 'b', 'c'].map((name) => createTask(() => talk(name)));
      for (const [i, it] of talks.entries()) expect((await it).split('\n')[19]).toBe(`${'abc'[i]} 19`);
    });
  });

  test('much data: it is held up, and all of it arrives', async () => {
    await run(async () => {
      const size = 3_000_000;
      await using server = await startServer(
        async (reader, writer) => {
          let count = 0;
          for (let data = await reader.read(1000); data.length > 0; data = await reader.read(100_000))
            count += data.length;
          writer.write(`${count}\n`);
          writer.close();
        },
        '127.0.0.1',
        0,
      );
      const [reader, writer] = await openConnection('127.0.0.1', server.port, { limit: 1000 });
      for (let i = 0; i < 30; i++) {
        writer.write(Buffer.alloc(size / 30));
        await writer.drain();
      }
      writer.writeEof();
      expect(String(await reader.readline())).toBe(`${size}\n`);
      writer.close();
    });
  });

  test('Unix sockets', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prac-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await run(async () => {
      const path = join(folder, 'socket');
      const killed = spawnSync(process.execPath, [
        '-e',
        `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`,
      ]);
      expect(killed.signal).toBe('SIGKILL'); // its socket is still there
      await using _server = await startUnixServer(echo, path);
      const [reader, writer] = await openUnixConnection(path);
      writer.writelines(['one\n', 'two\n']);
      expect([String(await reader.readline()), String(await reader.readline())]).toEqual(['one\n', 'two\n']);
      writer.close();
    });
  });

  const hasOpenssl = spawnSync('openssl', ['version']).status === 0; // it makes the certificate
  test.skipIf(!hasOpenssl)('TLS, from the beginning and later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prac-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')];
    const subject = ['-subj', '/CN=localhost', '-days', '2', '-nodes'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject], {
      stdio: 'ignore',
    });
    const own = { key: readFileSync(key), cert: readFileSync(cert) };
    const trust = { ca: own.cert, serverHostname: 'localhost' };
    await run(async () => {
      await using server = await startServer(echo, '127.0.0.1', 0, { ssl: own });
      const [reader, writer] = await openConnection('127.0.0.1', server.port, { ssl: trust });
      writer.write('secret\n');
      expect(String(await reader.readline())).toBe('secret\n');
      expect(writer.getExtraInfo('cipher')).toMatchObject({ version: 'TLSv1.3' });
      writer.close();
      await expect(openConnection('127.0.0.1', server.port, { ssl: true })).rejects.toThrow(/self-signed/);
      await using later = await startServer(
        async (reader, writer) => {
          await reader.readline();
          writer.write('go\n');
          await writer.drain();
          await writer.startTls(own);
          await echo(reader, writer);
        },
        '127.0.0.1',
        0,
      );
      const [reader2, writer2] = await openConnection('127.0.0.1', later.port);
      writer2.write('STARTTLS\n');
      expect(String(await reader2.readline())).toBe('go\n');
      await writer2.startTls(trust);
      writer2.write('now\n');
      expect(String(await reader2.readline())).toBe('now\n');
      writer2.close();
    });
  });

  test('nobody listens; a bad port; what is no data', async () => {
    const server = await startServer(echo, '127.0.0.1', 0);
    const { port } = server;
    server.close();
    await server.waitClosed();
    await expect(openConnection('127.0.0.1', port)).rejects.toThrow(ConnectionRefusedError);
    await expect(openConnection('127.0.0.1', 70_000)).rejects.toThrow(TypeError);
    await expect(openConnection('127.0.0.1', 1, { secure: true } as never)).rejects.toThrow('Unknown option');
    await expect(startServer(echo, '127.0.0.1', -1)).rejects.toThrow(TypeError);
    await expect(startServer(5 as never, '127.0.0.1', 0)).rejects.toThrow(TypeError);
  });

  test('an error of who serves is told, and the connection ends', async () => {
    const told: string[] = [];
    await run(async () => {
      getEventLoop().setExceptionHandler((context) => told.push(context.message));
      await using server = await startServer(
        async () => {
          throw new ValueError('no');
        },
        '127.0.0.1',
        0,
      );
      const [reader, writer] = await openConnection('127.0.0.1', server.port);
      expect((await reader.read()).length).toBe(0);
      expect(() => writer.write(5 as never)).toThrow(TypeError);
      writer.close();
      getEventLoop().setExceptionHandler(null);
    });
    expect(told).toEqual(['Unhandled exception in client_connected_cb']);
  });

  test('small writes are sent at once; waiting may be given up; a server closes its clients', async () => {
    await run(async () => {
      const server = await startServer(
        async (reader, writer) => {
          for (let data = await reader.read(2); data.length > 0; data = await reader.read(2)) writer.write(data);
          writer.close();
        },
        '127.0.0.1',
        0,
      );
      const [reader, writer] = await openConnection('127.0.0.1', server.port);
      for (let i = 0; i < 3; i++) {
        writer.write('a');
        writer.write('b');
        expect(String(await reader.readexactly(2))).toBe('ab');
      }
      await expect(timeout(0.01, () => server.waitClosed())).rejects.toThrow(TimeoutError);
      server.close();
      server.closeClients();
      expect((await reader.read()).length).toBe(0);
      writer.close();
      await server.waitClosed();
      await expect(reader.read(1.5)).rejects.toThrow(TypeError);
    });
  });

  test('what was written before an end arrives, and drain hears of it', async () => {
    await run(async () => {
      const sizes: number[] = [];
      await using server = await startServer(
        async (reader, writer) => {
          sizes.push((await reader.read()).length);
          writer.write('x'.repeat(1_000_000));
          throw new ValueError('after writing');
        },
        '127.0.0.1',
        0,
      );
      getEventLoop().setExceptionHandler(() => {});
      const [reader, writer] = await openConnection('127.0.0.1', server.port);
      writer.write(Buffer.alloc(5_000_000));
      const draining = createTask(() => writer.drain());
      await sleep(0);
      writer.writeEof();
      await draining;
      expect(() => writer.write('more')).toThrow('Cannot call write() after write_eof()');
      expect((await reader.read()).length).toBe(1_000_000);
      expect(sizes).toEqual([5_000_000]);
      writer.close();
      getEventLoop().setExceptionHandler(null);
    });
  });

  test('serveForever ends with its task', async () => {
    await run(async () => {
      const server: Server = await startServer(echo, '127.0.0.1', 0);
      const serving = createTask(() => server.serveForever());
      await sleep(0);
      await expect(server.serveForever()).rejects.toThrow(RuntimeError);
      serving.cancel();
      await expect(serving).rejects.toThrow(CancelledError);
      expect(server.isServing()).toBe(false);
    });
  });
});
