// How programs end that watch descriptors: each in a process of its own, because the failure is that the process is gone.
import { withWorker } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { hasNodeFfi } from './helpers/backends.ts';
import { run } from './helpers/run.ts';

describe.each(hasNodeFfi ? ['koffi', 'node:ffi'] : ['koffi'])('with %s', (PRAC_LIBC) => {
  const env = { PRAC_LIBC };

  test('workers with open watches end without harm, however they end', () => {
    const { end, stdout } = run('end-workers.ts', [], env);
    expect([end, stdout.split('\n')]).toEqual([0, ['terminate', 'busy', 'exit', 'throw', 'close']]);
  });

  test('process.exit in a callback has its exit code', () => {
    expect(run('end-watching.ts', ['exit'], env).end).toBe(7);
  });

  test('an error in a callback is an uncaught exception', () => {
    const { end, stderr } = run('end-watching.ts', ['throw'], env);
    expect(end).toBe(1);
    expect(stderr).toContain('Error: from the callback');
  });

  test('a stopped watch, closed or not, does not keep the program alive', () => {
    expect(run('end-watching.ts', ['stop'], env).end).toBe(0);
  });

  test('a started watch is not collected', () => {
    expect(run('collected.ts', [], env)).toMatchObject({ end: 0, stdout: 'called' });
  });
});

test('everything works inside a worker', async () => {
  const text = await withWorker(async () => {
    const { constants, FdWatch, libc } = await import('@prac/libc');
    const library = libc();
    const [end, start] = library.pipe2(constants.O_CLOEXEC) as [number, number];
    const pid = library.posixSpawn({ path: '/bin/echo', argv: ['echo', 'hi'], env: null, dup2: [[start, 1]] });
    library.close(start);
    const watch = new FdWatch(library, end, 'readable');
    await new Promise<void>((resolve) => watch.start(resolve));
    watch.close();
    const memory = Buffer.alloc(10);
    const got = library.read(end, memory);
    library.close(end);
    return [memory.toString('utf8', 0, got), library.waitpid(pid, 0)];
  });
  expect(text).toEqual(['hi\n', { status: 0 }]);
});
