import { getLogger, logToStderr, ValueError } from '@prac/pool';
import { run } from '@prac/subprocess';
import { expect, test } from 'vitest';

const program = new URL('fixtures/logging.ts', import.meta.url).pathname;

test('the lines are those of Python', async () => {
  const { stderr } = await run([process.execPath, program, 'INFO'], { captureOutput: true, text: true });
  const lines = stderr.trimEnd().split('\n');
  const of = (name: string): string[] => lines.filter((line) => line.includes(`/${name}]`));
  for (const name of ['Process-1', 'Process-2'])
    expect(of(name)).toEqual([
      `[INFO/${name}] child process calling self.run()`,
      `[INFO/${name}] hello from ${name}`,
      `[INFO/${name}] process shutting down`,
      `[INFO/${name}] process exiting with exitcode 0`,
    ]);
  expect(of('MainProcess')).toEqual([
    '[INFO/MainProcess] process shutting down',
    '[INFO/MainProcess] calling terminate() for daemon Process-3',
    '[INFO/MainProcess] calling join() for process Process-3', // in the order of their starts
    '[INFO/MainProcess] calling join() for process Process-2',
  ]);
});

test('what is below the level is dropped, in children too', async () => {
  const { stderr } = await run([process.execPath, program, 'ERROR'], { captureOutput: true, text: true });
  expect(stderr).toBe('');
});

test('levels are numbers or names; nothing is written before logToStderr', () => {
  const logger = getLogger();
  expect([logger.level, logger]).toEqual([30, getLogger()]);
  logger.setLevel('INFO');
  expect(logger.level).toBe(20);
  logger.setLevel(30);
  expect(() => logger.setLevel('LOUD' as never)).toThrow(new ValueError("Unknown level: 'LOUD'"));
  expect(() => logToStderr(1.5)).toThrow(TypeError);
  logger.error('dropped');
});
