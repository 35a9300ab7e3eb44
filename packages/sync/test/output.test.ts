// What threads print: in true order, at once, and all of it.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundled, folder, node, run } from './helpers/program.ts';

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

describe.concurrent('what a thread prints', () => {
  test('stands between what main prints, though main is blocked', async () => {
    const { stdout } = await run('prints.ts', 'order');
    const turns = range(5).map((i) => `main ${i}\nthread ${i}\n`);
    expect(stdout).toBe(`${turns.join('')}end\n`);
  });

  test('is there before what main does next, on both streams', async () => {
    const { stdout, stderr } = await run('prints.ts', 'blocked');
    expect([stdout, stderr]).toEqual(['thread\nmain\n', 'error\n']);
  });

  test('may be text, bytes, a table; callbacks are called', async () => {
    const { stdout, stderr } = await run('prints.ts', 'kinds');
    const [text, bytes, hex, encoded, format, ...table] = stdout.split('\n');
    expect([text, bytes, hex, encoded, format]).toEqual(['text', 'bytes', 'hex', 'ä', 'format 1.5 { a: 1 }']);
    expect([table.slice(-3), stderr]).toEqual([['callback', 'last', ''], 'finished\n']);
  });

  test.each(['much', 'chunk'])('arrives completely, by pipe, by a slow pipe and in a file: %s', async (name) => {
    const outputs = await Promise.all([
      run('prints.ts', name).then(({ stdout }) => stdout),
      throughSlowPipe(name),
      intoFile(name),
    ]);
    const lines = range(20_000).map((i) => (name === 'much' ? String(i).padStart(19, '.') : '0123456789abcdefghi'));
    for (const output of outputs) expect(output === `${lines.join('\n')}\n`).toBe(true);
  });

  test('arrives though process.exit() follows, in the thread', async () => {
    for (const output of [await throughSlowPipe('process.exit'), await intoFile('process.exit')])
      expect(output === `${'x'.repeat(200_000)}\nlast\n`).toBe(true);
  });

  test('arrives though the process ends without waiting for the thread', async () => {
    const lines = range(1000).map((i) => `line ${i}\n`);
    expect((await run('prints.ts', 'cut off')).stdout).toBe('before\n');
    expect(await throughSlowPipe('cut off daemon')).toBe(lines.join(''));
    expect(await intoFile('cut off daemon')).toBe(lines.join(''));
  });

  test('is not torn apart by what others print: lines stay lines, each thread in its order', async () => {
    const lines = (await throughSlowPipe('many')).trimEnd().split('\n');
    for (const n of range(4)) {
      const own = lines.filter((line) => line.startsWith(`thread ${n} `));
      expect(own).toEqual(range(500).map((i) => `thread ${n} ${i} ${'.'.repeat(100)}`));
    }
    expect(lines).toHaveLength(2000);
  });

  test('does not hold up the end, if nobody reads it', async () => {
    const { stdout } = await shell('"$0" "$@" | head -n 1', 'much');
    expect(stdout).toBe('..................0\n');
  });

  test('stands behind what main has printed, also where that is more than a pipe holds', async () => {
    const output = await throughSlowPipe('both');
    expect(output === `main\n${'-'.repeat(200_000)}\nthread\nend\n`).toBe(true);
  });
});

/** Runs test/programs/prints.ts in a shell's command line. */
async function shell(command: string, name: string): Promise<{ stdout: string }> {
  const args = ['-c', command, process.execPath, '--no-warnings', await bundled('prints.ts'), name];
  const child = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'], timeout: 18_000, killSignal: 'SIGKILL' });
  let stdout = '';
  for await (const part of child.stdout.setEncoding('utf8')) stdout += part;
  return { stdout };
}

/** The reader begins when the pipe has been full for long: the time makes it slow, nothing waits for it. */
async function throughSlowPipe(name: string): Promise<string> {
  return (await shell('"$0" "$@" | (sleep 1; cat)', name)).stdout;
}

async function intoFile(name: string): Promise<string> {
  const file = join(folder(), name.replaceAll(/\W/g, '-'));
  const fd = openSync(file, 'w');
  await node([await bundled('prints.ts'), name], { stdout: fd });
  closeSync(fd);
  return readFileSync(file, 'utf8');
}
