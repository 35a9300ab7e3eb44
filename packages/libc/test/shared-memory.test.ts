// Memory that processes share, and sleeping on its words.
import { once } from 'node:events';
import { ftruncateSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { constants as C, type Libc } from '@prac/libc';
import { expect, onTestFinished, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';

const PAGE = 65_536;

function newFile(library: Libc, flags = C.MFD_CLOEXEC): number {
  const fd = library.memfdCreate('prac-test', flags);
  expect(fd).toBeGreaterThan(2);
  onTestFinished(() => void library.close(fd));
  ftruncateSync(fd, PAGE);
  return fd;
}

function mapped(library: Libc, fd: number): Int32Array<SharedArrayBuffer> {
  return new Int32Array(library.mapShared(fd, PAGE) as SharedArrayBuffer);
}

const FIXTURE = fileURLToPath(new URL('fixtures/answer-in-shared-memory.ts', import.meta.url));

describeBackends('shared memory', (library) => {
  test('two memories over one file are the same', () => {
    const fd = newFile(library);
    const [a, b] = [mapped(library, fd), mapped(library, fd)];
    Atomics.store(a, 100, 42);
    expect(Atomics.load(b, 100)).toBe(42);
    expect(Atomics.add(b, 100, 1)).toBe(42);
    expect(a[100]).toBe(43);
  });

  test('a sleep ends when the word has another value, or the time is up', () => {
    const words = mapped(library, newFile(library));
    const address = library.addressOf(new Uint8Array(words.buffer));
    expect(library.futexWait(address, 1, 10_000)).toBe(-C.EAGAIN);
    expect(library.futexWait(address, 0, 1)).toBe(-C.ETIMEDOUT);
    expect(library.futexWake(address, 1)).toBe(0);
    words[1] = -7;
    expect(library.futexWait(address + 4n, -7, 1)).toBe(-C.ETIMEDOUT);
  });

  test('one may sleep on several words', () => {
    const words = mapped(library, newFile(library));
    const address = library.addressOf(new Uint8Array(words.buffer));
    expect(
      library.futexWaitAny(
        [
          [address, 0],
          [address + 4n, 0],
        ],
        1,
      ),
    ).toBe(-C.ETIMEDOUT);
    expect(
      library.futexWaitAny(
        [
          [address, 0],
          [address + 4n, 1],
        ],
        10_000,
      ),
    ).toBe(-C.EAGAIN);
  });

  test('another process sees it, sleeps on it, and is woken', async () => {
    const fd = newFile(library, 0);
    const words = mapped(library, fd);
    const address = library.addressOf(new Uint8Array(words.buffer));
    const { spawn } = await import('node:child_process');
    const env = { ...process.env, PRAC_LIBC: library.backend };
    const child = spawn(process.execPath, ['--conditions=@prac/source', FIXTURE], {
      stdio: ['ignore', 'inherit', 'inherit', fd],
      env,
    });
    const ended = once(child, 'exit');
    for (let asked = 1; asked <= 100; asked++) {
      Atomics.store(words, 0, asked);
      library.futexWake(address, 1);
      while (Atomics.load(words, 1) !== asked) {
        const answered = Atomics.load(words, 1);
        if (answered !== asked) library.futexWait(address + 4n, answered, 100);
      }
    }
    Atomics.store(words, 0, -1);
    library.futexWake(address, 1);
    expect(await ended).toEqual([0, null]);
  });

  test('what cannot be mapped is refused', () => {
    for (const bytes of [0, 1.5, -PAGE, Number.NaN])
      expect(() => library.mapShared(newFile(library), bytes)).toThrow('Expected a number of bytes');
    const short = library.mapShared(newFile(library), 1000) as SharedArrayBuffer;
    expect(short.byteLength).toBe(PAGE);
    new Uint8Array(short)[PAGE - 1] = 1; // its own
    expect(library.mapShared(12_345, PAGE)).toBe(-9);
    expect(() => library.memfdCreate('a\0b', 0)).toThrow('embedded null byte');
  });
});
