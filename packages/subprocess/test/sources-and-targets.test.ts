import { once } from 'node:events';
import { closeSync, createReadStream, createWriteStream, openSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline as streamPipeline } from 'node:stream/promises';
import { createGzip, gunzipSync } from 'node:zlib';
import { DEVNULL, PIPE, Popen, run, STDOUT } from '@prac/subprocess';
import { describe, expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from './helpers/folder.ts';
import { runForms } from './helpers/forms.ts';

describe.each(runForms)('what has a descriptor, $name', ({ call }) => {
  test('a number is the descriptor of all three', async () => {
    const folder = temporaryFolder();
    const input = file(join(folder, 'in'), 'input');
    const output = forWriting(join(folder, 'out'));
    await call(['sh', '-c', 'cat; printf err >&2'], { stdin: input, stdout: output, stderr: output });
    expect(readFileSync(join(folder, 'out'), 'utf8')).toBe('inputerr');
  });

  test('an object with fd or fileno() serves as well', async () => {
    const folder = temporaryFolder();
    const handle = await open(join(folder, 'a'), 'w');
    await call(['echo', 'a'], { stdout: handle });
    await handle.close();
    const fd = forWriting(join(folder, 'b'));
    await call(['echo', 'b'], { stdout: { fileno: () => fd } });
    expect([readFileSync(join(folder, 'a'), 'utf8'), readFileSync(join(folder, 'b'), 'utf8')]).toEqual(['a\n', 'b\n']);
  });

  test('an opened fs.WriteStream is written to directly', async () => {
    const path = join(temporaryFolder(), 'out');
    const stream = createWriteStream(path);
    await once(stream, 'open');
    await call(['echo', 'x'], { stdout: stream });
    stream.end();
    await once(stream, 'close');
    expect(readFileSync(path, 'utf8')).toBe('x\n');
  });

  test('DEVNULL is empty to read, and takes everything', async () => {
    const options = { stdin: DEVNULL, stdout: PIPE, stderr: DEVNULL, text: true } as const;
    expect((await call(['sh', '-c', 'cat; echo lost >&2'], options)).stdout).toBe('');
    expect((await call(['sh', '-c', 'echo lost'], { stdout: DEVNULL })).stdout).toBeNull();
  });

  test('stderr STDOUT follows stdout into a file', async () => {
    const path = join(temporaryFolder(), 'out');
    await call(['sh', '-c', 'echo 1; echo 2 >&2; echo 3'], { stdout: forWriting(path), stderr: STDOUT });
    expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n');
  });

  test('stdout on 2 and stderr on 1 swap', async () => {
    const script = `const { runSync } = await import('@prac/subprocess');
      runSync(['sh', '-c', 'echo out; echo err >&2'], { stdout: 2, stderr: 1 });`;
    const result = await call([process.execPath, '--input-type=module', '-e', script], {
      captureOutput: true,
      text: true,
    });
    expect([result.stdout, result.stderr.replace(/^.*(Warning|--trace).*\n/gm, '')]).toEqual(['err\n', 'out\n']);
  });
});

describe('a stream or an iterable as stdin', () => {
  test.each<[string, () => Readable | AsyncIterable<string | Uint8Array>]>([
    ['a Readable', () => Readable.from(['in', Buffer.from('put')])],
    [
      'an async generator',
      async function* () {
        yield 'in';
        yield new TextEncoder().encode('put');
      },
    ],
    ['a file that is not yet open', () => createReadStream(path('input'))],
    ['a stream without data', () => new PassThrough().end('input')],
  ])('%s', async (_, source) => {
    const { stdout } = await run('cat', { stdin: source(), stdout: PIPE, text: true });
    expect(stdout).toBe('input');
  });

  test('is read as far as the child wants', async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(65_536, 'y\n');
    }
    const { stdout, returncode } = await run(['head', '-c', '3'], { stdin: endless(), stdout: PIPE, text: true });
    expect([stdout, returncode]).toEqual(['y\ny', 0]);
  });

  test('that fails makes the run fail with its error', async () => {
    async function* failing() {
      yield 'x';
      throw new Error('no more');
    }
    await expect(run('cat', { stdin: failing(), stdout: PIPE })).rejects.toThrow('no more');
  });

  test('is not for the blocking form', async () => {
    // In a process of its own: a blocking call that hangs could not be ended from here.
    const program = `const { runSync } = await import('@prac/subprocess');
      const { Readable } = await import('node:stream');
      try { runSync('cat', { stdin: Readable.from(['x']), stdout: -1 }); } catch (error) { console.log(String(error)); }`;
    const args = [process.execPath, '--input-type=module', '-e', program];
    const { stdout } = await run(args, { stdout: PIPE, text: true, timeout: 8 });
    expect(stdout).toMatch(/event loop/);
  });
});

describe('a Writable as stdout or stderr', () => {
  test('gets everything, and stays open for more', async () => {
    const [out, err] = [new PassThrough(), new PassThrough()];
    await run(['sh', '-c', 'echo one; echo bad >&2'], { stdout: out, stderr: err });
    await run(['echo', 'two'], { stdout: out });
    out.end();
    err.end();
    expect([String(await buffer(out)), String(await buffer(err))]).toEqual(['one\ntwo\n', 'bad\n']);
  });

  test('that is slow holds the child up', async () => {
    let bytes = 0;
    const slow = new Writable({
      highWaterMark: 1000,
      write(chunk: Buffer, _, done) {
        bytes += chunk.length;
        setImmediate(done);
      },
    });
    await run(['head', '-c', '1000000', '/dev/zero'], { stdout: slow });
    expect(bytes).toBeGreaterThan(900_000);
  });

  test('that fails makes the run fail with its error', async () => {
    const broken = new Writable({ write: (_chunk, _encoding, done) => done(new Error('disk full')) });
    broken.on('error', () => {});
    await expect(run(['echo', 'x'], { stdout: broken })).rejects.toThrow('disk full');
  });
});

describe("Node's streams of a child", () => {
  test('stdout.stream is a Readable that ends', async () => {
    const child = new Popen(['echo', 'x'], { stdout: PIPE });
    expect(child.stdout.stream).toBe(child.stdout.stream);
    expect(String(await buffer(child.stdout.stream))).toBe('x\n');
    await child.wait();
  });

  test('what was read ahead comes first in it', async () => {
    const child = new Popen(['printf', 'one\\ntwo'], { stdout: PIPE });
    await child.stdout.readline();
    expect(String(await buffer(child.stdout.stream))).toBe('two');
    await child.wait();
  });

  test('the reading methods go on after it was made', async () => {
    const child = new Popen(['printf', 'one\\ntwo'], { stdout: PIPE });
    child.stdout.stream.pause();
    expect(String(await child.stdout.readline())).toBe('one\n');
    expect(String(await child.stdout.read())).toBe('two');
    expect(String(await child.stdout.read())).toBe('');
    await child.wait();
  });

  test('they take part in a pipeline of streams', async () => {
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    const chunks: Buffer[] = [];
    const target = new Writable({
      write(chunk, _, done) {
        chunks.push(chunk);
        done();
      },
    });
    await Promise.all([
      streamPipeline(Readable.from([Buffer.alloc(300_000, 'x')]), child.stdin.stream),
      streamPipeline(child.stdout.stream, createGzip(), target),
    ]);
    expect(gunzipSync(Buffer.concat(chunks)).length).toBe(300_000);
    expect(await child.wait()).toBe(0);
  });

  test('pipe() sends everything and returns its destination', async () => {
    const child = new Popen(['echo', 'x'], { stdout: PIPE });
    const target = new PassThrough();
    expect(child.stdout.pipe(target)).toBe(target);
    expect(String(await buffer(target))).toBe('x\n');
    await child.wait();
  });
});

function path(content: string): string {
  const name = join(temporaryFolder(), 'file');
  writeFileSync(name, content);
  return name;
}

function file(name: string, content: string): number {
  writeFileSync(name, content);
  const fd = openSync(name, 'r');
  onTestFinished(() => closeSync(fd));
  return fd;
}

function forWriting(name: string): number {
  const fd = openSync(name, 'w');
  onTestFinished(() => closeSync(fd));
  return fd;
}
