import { readdirSync } from 'node:fs';
import { constants as C } from '@prac/libc';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { describeBackends } from './helpers/backends.ts';
import { pipe } from './helpers/spawn.ts';

const NOT_OPEN = 1_000_000;
const E = { NOENT: -2, SRCH: -3, BADF: -9, AGAIN: -11, ACCES: -13, INVAL: -22, PIPE: -32 };

describeBackends('descriptors', (library) => {
  const before = readdirSync('/proc/self/fd').length;
  afterAll(() => expect(readdirSync('/proc/self/fd')).toHaveLength(before));

  test('what is written to a pipe is read from it, then comes the end of file', () => {
    const [end, start] = pipe(library);
    expect(library.write(start, Buffer.from('hello'))).toBe(5);
    const memory = new Uint8Array(8);
    expect(library.read(end, memory.subarray(2, 5))).toBe(3);
    expect(Buffer.from(memory).toString('latin1')).toBe('\0\0hel\0\0\0');
    expect(library.read(end, memory)).toBe(2);
    expect(library.close(start)).toBe(0);
    expect(library.read(end, memory)).toBe(0);
    expect(library.close(end)).toBe(0);
  });

  test.each([
    ['a small array, which V8 keeps on its own heap', () => new Uint8Array(3)],
    ['a part of a Buffer from the pool', () => Buffer.from('0123456789').subarray(4, 7)],
    ['shared memory', () => new Uint8Array(new SharedArrayBuffer(16), 5, 3)],
    ['resizable memory', () => new Uint8Array(new ArrayBuffer(3, { maxByteLength: 9 }))],
    ['no bytes at all', () => new Uint8Array(0)],
  ])('memory may be %s', (_, make) => {
    const [end, start] = pipe(library);
    const [source, target] = [make(), make()];
    source.forEach((_, i) => {
      source[i] = 200 + i;
    });
    expect(library.write(start, source)).toBe(source.length);
    expect(source.length === 0 ? 0 : library.read(end, target)).toBe(source.length);
    expect([...target].slice(0, source.length)).toEqual([...source]);
    library.close(start);
    library.close(end);
  });

  test('errors are negative error numbers', () => {
    const [end, start] = pipe(library, C.O_CLOEXEC | C.O_NONBLOCK);
    expect(library.read(end, new Uint8Array(1))).toBe(E.AGAIN);
    expect(library.write(NOT_OPEN, new Uint8Array(1))).toBe(E.BADF);
    expect(library.close(NOT_OPEN)).toBe(E.BADF);
    expect(library.fcntl(NOT_OPEN, C.F_GETFD)).toBe(E.BADF);
    expect(library.fcntl(end, 9999)).toBe(E.INVAL);
    expect(library.pipe2(1)).toBe(E.INVAL);
    library.close(end);
    expect(library.write(start, new Uint8Array(1))).toBe(E.PIPE);
    library.close(start);
  });

  test('the error number is that of the call, also while memory is being collected', () => {
    const [end, start] = pipe(library, C.O_CLOEXEC | C.O_NONBLOCK);
    const memory = new Uint8Array(1);
    let garbage: unknown;
    for (let i = 0; i < 50_000; i++) {
      garbage = { garbage: i % 100 ? garbage : undefined, memory: new Array(100).fill(i) };
      if (library.close(-1) !== E.BADF || library.read(end, memory) !== E.AGAIN) expect.fail(`call ${i}`);
    }
    expect(garbage).toBeDefined();
    library.close(end);
    library.close(start);
  });

  test('fcntl reads and changes flags and the size of a pipe', () => {
    const [end, start] = pipe(library);
    expect(library.fcntl(end, C.F_GETFD)).toBe(C.FD_CLOEXEC);
    expect(library.fcntl(end, C.F_SETFD, 0)).toBe(0);
    expect(library.fcntl(end, C.F_GETFD)).toBe(0);
    expect(library.fcntl(end, C.F_SETFL, C.O_NONBLOCK)).toBe(0);
    expect(library.fcntl(end, C.F_GETFL) & C.O_NONBLOCK).toBe(C.O_NONBLOCK);
    expect(library.fcntl(start, C.F_SETPIPE_SZ, 131072)).toBe(131072);
    expect(library.fcntl(end, C.F_GETPIPE_SZ)).toBe(131072);
    const copy = library.fcntl(end, C.F_DUPFD_CLOEXEC, 100);
    expect(copy).toBeGreaterThanOrEqual(100);
    for (const fd of [copy, end, start]) expect(library.close(fd)).toBe(0);
  });

  test('poll tells the events of each descriptor, in order', () => {
    const [end, start] = pipe(library);
    expect(library.poll([[end, C.POLLIN]], 0)).toEqual([0]);
    expect(library.poll([[end, C.POLLIN]], 0.25)).toEqual([0]);
    const all = [[start, C.POLLOUT], [end, C.POLLIN], [NOT_OPEN, C.POLLIN]] as const; // biome-ignore format: a table
    expect(library.poll(all, -1)).toEqual([C.POLLOUT, 0, C.POLLNVAL]);
    library.close(start);
    expect(library.poll([[end, C.POLLIN]], Infinity)).toEqual([C.POLLHUP]);
    library.close(end);
    expect(library.poll([], 0)).toEqual([]);
  });

  test('access answers 0 or why not', () => {
    expect(library.access('/bin/sh', C.X_OK)).toBe(0);
    expect(library.access('/etc/passwd', C.X_OK)).toBe(E.ACCES);
    expect(library.access(Buffer.from('/nonexistent'), 0)).toBe(E.NOENT);
  });

  test('a pipe is a queue of bytes', () => {
    const step = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => checkAgainstModel(steps)));
  });

  function checkAgainstModel(steps: readonly (Uint8Array | number)[]): void {
    const [end, start] = pipe(library, C.O_CLOEXEC | C.O_NONBLOCK);
    const model: number[] = [];
    for (const step of steps) {
      if (typeof step === 'number') {
        const memory = new Uint8Array(step);
        const expected = model.splice(0, step);
        expect(library.read(end, memory)).toBe(expected.length || E.AGAIN);
        expect([...memory.subarray(0, expected.length)]).toEqual(expected);
      } else {
        expect(library.write(start, step)).toBe(step.length);
        model.push(...step);
      }
    }
    library.close(end);
    library.close(start);
  }
});

describeBackends('numbers that C has no int for', (library) => {
  test.each([Number.NaN, 1.5, 2 ** 31, -(2 ** 40), Infinity, '1', undefined, null, 1n])(
    '%s is a TypeError',
    (value) => {
      const bad = value as number;
      for (const call of [
        () => library.close(bad),
        () => library.kill(bad, 9),
        () => library.kill(process.pid, bad),
        () => library.getpgid(bad),
        () => library.read(bad, new Uint8Array(1)),
        () => library.waitpid(bad, C.WNOHANG),
        () => library.pidfdOpen(bad),
        () => library.poll([[bad, C.POLLIN]], 0),
      ]) {
        expect(call).toThrow(TypeError);
      }
    },
  );

  test('the error names the argument', () => {
    expect(() => library.kill(Number.NaN, 9)).toThrow('Expected pid to be a 32-bit integer, got NaN');
    expect(() => library.fcntl(0, C.F_GETFD, 0.5)).toThrow('Expected argument to be an integer, got 0.5');
    expect(() => library.poll([], Number.NaN)).toThrow('Expected milliseconds to be a 32-bit integer, got NaN');
  });
});
