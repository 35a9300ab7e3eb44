import { describe, expect, test } from 'vitest';
import { LineCutter } from '../src/framework/lines.ts';
import { type RunOptions, runProgram } from '../src/framework/run-program.ts';
import { allGone } from './helpers/processes.ts';

const FOREVER = new URL('fixtures/chapter/forever.ts', import.meta.url).pathname;

describe('a program', () => {
  test('gives back what it and its children print', async () => {
    const run = await node(
      "console.log('out'); console.error('err'); require('child_process').spawnSync('echo', ['child'], { stdio: 'inherit' })",
    );
    expect(run).toMatchObject({ stdout: 'out\nchild\n', stderr: 'err\n', exitCode: 0, ended: 'itself' });
  });

  test('has its exit status, or the signal that ended it as a negative number', async () => {
    expect(await node('process.exit(7)')).toMatchObject({ exitCode: 7 });
    expect(await node("process.kill(process.pid, 'SIGTERM')")).toMatchObject({ exitCode: -15 });
  });

  test('reads an empty standard input', async () => {
    expect(await node("process.stdin.on('data', () => {}).on('end', () => console.log('end'))")).toMatchObject({
      stdout: 'end\n',
    });
  });

  test('that cannot be started rejects', async () => {
    await expect(runProgram('/no/such/program', [], { cwd: '/', timeLimit: 5 })).rejects.toThrow('ENOENT');
  });

  test('hands on each line while it runs', async () => {
    const lines: string[] = [];
    await node("process.stdout.write('a\\nb'); console.error('c')", {
      onLine: (line, stream) => lines.push(`${stream} ${line}`),
    });
    expect(lines.toSorted()).toEqual(['stderr c', 'stdout a', 'stdout b']);
  });
});

describe('a program that does not end', () => {
  test('is killed when its time limit passes, with its children', async () => {
    const pids: number[] = [];
    const run = await runProgram(process.execPath, [FOREVER], {
      cwd: '/',
      timeLimit: 6, // by then it has told its children's numbers, on a busy machine too
      onLine: (line) => pids.push(...numbers(line)),
    });
    expect(run).toMatchObject({ ended: 'time limit', exitCode: -9 });
    expect(pids).toHaveLength(2);
    await allGone(pids);
  });

  test('is interrupted, and killed with its children if it does not mind', async () => {
    const controller = new AbortController();
    const pids: number[] = [];
    const onLine = (line: string) => {
      pids.push(...numbers(line));
      controller.abort();
    };
    const run = await runProgram(process.execPath, [FOREVER], {
      cwd: '/',
      timeLimit: 20,
      onLine,
      signal: controller.signal,
    });
    expect(run).toMatchObject({ ended: 'interrupt', exitCode: -9, stdout: expect.stringContaining('still here') });
    expect(pids).toHaveLength(2);
    await allGone(pids);
  });

  test('is not waited for through a pipe that a descendant in another session holds', async () => {
    const program =
      "console.log(require('child_process').spawn('sleep', ['30'], { detached: true, stdio: 'inherit' }).pid)";
    const controller = new AbortController();
    const run = await node(`${program}; process.exit()`, {
      signal: controller.signal,
      onLine: () => controller.abort(),
    });
    process.kill(Number(run.stdout));
    expect(run.ended).toBe('interrupt');
  });
});

describe('lines', () => {
  test('are cut where they end, however the bytes arrive', () => {
    const lines: string[] = [];
    const cutter = new LineCutter((line) => lines.push(line));
    for (const byte of Buffer.from('één\n\ntwee')) cutter.write(Buffer.of(byte));
    expect(lines).toEqual(['één', '']);
    cutter.end();
    expect(lines).toEqual(['één', '', 'twee']);
    expect(cutter.text).toBe('één\n\ntwee');
  });
});

function node(program: string, options: Partial<RunOptions> = {}) {
  return runProgram(process.execPath, ['-e', program], { cwd: '/', timeLimit: 10, ...options });
}

function numbers(line: string): number[] {
  return (line.match(/\d+/g) ?? []).map(Number);
}
