import { describe, expect, test } from 'vitest';
import { start } from './helpers/program.ts';

describe('a blocked main thread', () => {
  test('runs handlers inside sleepSync, which sleeps on; KeyboardInterrupt leaves it', async () => {
    const program = start('blocked', ['sleep']);
    await program.said('ready');
    process.kill(program.pid, 'SIGUSR1');
    await program.said('received 10 in sleepSync');
    process.kill(program.pid, 'SIGUSR2');
    await program.said('received 12 in sleepSync');
    process.kill(program.pid, 'SIGINT');
    expect(await program.ended).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('caught KeyboardInterrupt'),
    });
  });

  test('pauseSync returns after a handler', async () => {
    const program = start('blocked', ['pause']);
    await program.said('ready');
    process.kill(program.pid, 'SIGUSR1');
    expect((await program.ended).stdout).toBe('ready\nreceived 10 in pauseSync\nover\n');
  });

  test('sigwaitSync takes the signal, handlers of others run meanwhile', async () => {
    const program = start('blocked', ['sigwait']);
    await program.said('ready');
    process.kill(program.pid, 'SIGUSR2');
    await program.said('received 12 in sigwaitSync');
    process.kill(program.pid, 'SIGUSR1');
    expect((await program.ended).stdout).toBe('ready\nreceived 12 in sigwaitSync\nwaited for 10\nover\n');
  });

  test.each(['posix-spawn', 'fifo'])(
    'KeyboardInterrupt leaves runSync, and the child is killed (%s)',
    async (engine) => {
      const program = start('blocked', ['run'], { PRAC_SUBPROCESS_ENGINE: engine });
      await program.said('ready');
      process.kill(program.pid, 'SIGUSR1');
      await program.said('received 10');
      process.kill(program.pid, 'SIGINT');
      expect((await program.ended).stdout).toContain('caught KeyboardInterrupt');
    },
  );
});

test('after Ctrl-C the child of runSync has a moment to finish', async () => {
  const { stdout } = await start('blocked', ['grace']).ended;
  expect(stdout).toBe('ready\nfinished\ncaught KeyboardInterrupt\n');
});

describe('a process', () => {
  test.each([
    ['without handlers', 'SIGTERM', { signal: 'SIGTERM' }],
    ['without handlers', 'SIGINT', { signal: 'SIGINT' }],
    ['handler taken away', 'SIGTERM', { signal: 'SIGTERM' }],
    ['interrupt while blocked', 'SIGINT', { signal: 'SIGINT', stderr: expect.stringContaining('KeyboardInterrupt') }],
    ['interrupt in the loop', 'SIGINT', { signal: 'SIGINT', stderr: expect.stringContaining('KeyboardInterrupt') }],
    ['an error in a handler', 'SIGUSR1', { code: 1, stderr: expect.stringContaining('from the handler') }],
  ] as const)('%s, %s', async (way, signal, expected) => {
    const program = start('dies', [way]);
    await program.said('ready');
    process.kill(program.pid, signal);
    expect(await program.ended).toMatchObject(expected);
  });

  test.each([
    ['alarm', { signal: 'SIGALRM' }],
    ['handlers do not keep it alive', { code: 0, stderr: '' }],
    ['process.exit in a handler', { code: 7, stderr: '' }],
    ['process.exit', { code: 7, stderr: '' }],
    ['an exit listener that exits', { code: 3, stderr: '' }],
    ['an exit listener that gives back the handler', { code: 0, stderr: '' }],
    ['a prepended exit listener that exits', { code: 3, stderr: '' }],
    ['a prepended exit listener that fails', { code: 1, stderr: expect.stringContaining('from the handler') }],
    ['no exit listeners', { code: 0, stderr: '' }],
    ['first use in an exit listener', { code: 0, stdout: 'ready\n', stderr: '' }],
    ['a signal from outside while it exits', { code: 0, stderr: '' }],
    ['a signal raised by an exit listener', { code: 0, stdout: 'ready\nhandled\nhandled\n', stderr: '' }],
    ['a signal that is ignored, in an exit listener', { code: 0, stderr: '' }],
    ['an error', { code: 1, stderr: expect.stringContaining('boom') }],
  ] as const)('%s', async (way, expected) => {
    expect(await start('dies', [way]).ended).toMatchObject(expected);
  });
});

test('without koffi handlers run in the loop, and what could never return is refused', async () => {
  const { code, stdout, stderr } = await start('without-koffi', [], { PRAC_LIBC: 'none' }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    'LibcUnavailableError',
    'blocked false',
    'LibcUnavailableError LibcUnavailableError LibcUnavailableError OSError',
    'received 10 ',
    'waited for 10',
    expect.stringMatching(/^received 10 <frame at .*without-koffi.ts/),
    'raised ',
    '',
  ]);
});

// The thread sits in a loop of libuv when the process ends: that has hung, and crashed, in many a variant of it.
test.each(['process.exit', 'an error', 'handlers do not keep it alive'])('ends again and again: %s', async (way) => {
  const code = { 'process.exit': 7, 'an error': 1 }[way] ?? 0;
  for (let i = 0; i < 4; i++) {
    const both = await Promise.all([start('dies', [way]).ended, start('dies', [way]).ended]);
    expect(both.map((end) => [end.code, end.signal])).toEqual([
      [code, null],
      [code, null],
    ]);
  }
});
