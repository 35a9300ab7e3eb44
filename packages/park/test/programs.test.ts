import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('./fixtures/ends.ts', import.meta.url));

/** Runs a program to its end; one that does not end is killed, which is no exit code. */
function run(way: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, way],
      { timeout: 10_000, killSignal: 'SIGKILL' },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

test.each([
  ['sleep keeps alive', 0, 'slept\n'],
  ['a wait keeps alive', 0, 'acquired\n'],
  ['a wait that is over does not', 0, 'over\n'],
  ['process.exit while waiting', 7, ''],
  ['process.exit while threads are blocked', 7, ''],
])('%s', async (way, code, stdout) => {
  expect(await run(way)).toEqual({ code, stdout, stderr: '' });
});
