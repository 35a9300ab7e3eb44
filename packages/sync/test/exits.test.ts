// How threads and the end of the process go together; and many threads, of which nothing is left.
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { bundled, type Ended, node, program, run } from './helpers/program.ts';

/** Ended by itself, having said that. */
const ended = (stdout: string, code = 0): Ended => ({ code, signal: null, stdout, stderr: '' });

describe.concurrent('the first thread', () => {
  const preload = ['--import', pathToFileURL(program('failing-preload.mjs')).href];

  test.each(['plain', 'with limits'])(
    'whose worker cannot be made is told of, and the process goes on: %s',
    async (name) => {
      const { stdout, stderr, code } = await node([...preload, program('first-thread.ts'), name]);
      expect([stdout, code]).toEqual(['joined\ngoes on\n', 0]);
      expect(stderr).toMatch(/^Exception in thread Thread-1 \(target\):\nError: cannot be loaded\n/);
    },
  );

  test('that cannot be pickled leaves nothing behind', async () => {
    const { stdout, stderr, code } = await node([...preload, program('first-thread.ts'), 'cannot travel']);
    expect([stdout, stderr, code]).toEqual(['PicklingError\ngoes on\n', '', 0]);
  });

  test('starts once, also where nothing can be done beforehand', async () => {
    expect(await run('first-thread.ts', 'nothing can be rehearsed')).toEqual(ended('ran\njoined\ngoes on\n'));
  });

  test('has its name, as others have', async () => {
    expect(await run('first-thread.ts', 'names')).toEqual(ended('first\njoined\nsecond\njoined\ngoes on\n'));
  });
});

describe.concurrent('the process', () => {
  test('waits for threads, joined or not', async () => {
    expect(await run('exits.ts', 'a thread that is not joined')).toEqual(ended('main\nthread\n'));
    expect(await run('exits.ts', 'an async thread')).toEqual(ended('timer\n'));
  });

  test.each([
    ['a daemon', 'blocked\n'],
    ['a daemon that waits in its event loop', ''],
    ['a busy daemon', ''],
    ['many daemons', 'blocked\n'.repeat(10)],
  ])('does not wait for %s', async (name, stdout) => {
    expect(await run('exits.ts', name)).toEqual(ended(stdout));
  });

  test('waits for a thread of a thread, which has ended', async () => {
    expect(await run('exits.ts', 'a thread of a thread')).toEqual(ended('survived\n'));
  });

  test('waits for a thread of a daemon, if that is none itself', async () => {
    expect(await run('exits.ts', 'a thread of a daemon')).toEqual(ended('survived\n'));
  });

  test('does not wait for a daemon of a daemon, which it is by inheritance', async () => {
    expect(await run('exits.ts', 'a daemon of a daemon')).toEqual(ended('true\nblocked\n'));
  });

  test('ends at once when main calls process.exit(), whatever threads do', async () => {
    expect(await run('exits.ts', 'process.exit in main')).toEqual(ended('blocked\n', 3));
  });

  // Python would let the thread end first; Node ends.
  test('ends at once when an error of main is not caught', async () => {
    const { code, stdout, stderr } = await run('exits.ts', 'an error in main');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringContaining('Error: of main')]);
  });

  test('keeps the exit code of main', async () => {
    expect(await run('exits.ts', 'an exit code')).toEqual(ended('thread\n', 5));
  });

  test('goes on, and ends with 0, when a thread fails', async () => {
    const { code, stderr } = await run('exits.ts', 'an error in a thread');
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Exception in thread fragile:\nError: of a thread\n/)]);
  });

  test.each(['process.exit in a thread', 'process.exit in a thread, later'])('goes on after %s', async (name) => {
    expect(await run('exits.ts', name)).toEqual(ended('false 1\n'));
  });

  // ThreadJoinOnShutdown.test_1_join_on_shutdown; the main thread lives as long as the process.
  test('waits for a thread that waits for main', async () => {
    expect(await run('exits.ts', 'a thread that waits for main')).toEqual(ended('end of main\nend of thread true\n'));
  });
});

test('of 200 threads, one after the other, nothing is left; then 50 start at once', { timeout: 60_000 }, async () => {
  const { stdout, stderr } = await node(['--expose-gc', await bundled('many.mjs')], { seconds: 60 });
  expect(stderr).toBe('');
  const [{ count, active, before, after }, last] = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect([count, active, last]).toEqual([200, 1, { count: 250, active: 1 }]);
  expect([after.open, after.handles, after.arrayBuffers]).toEqual([before.open, before.handles, before.arrayBuffers]);
  expect(after.heapUsed - before.heapUsed).toBeLessThan(2e6);
  expect(after.rss - before.rss).toBeLessThan(200e6);
});
