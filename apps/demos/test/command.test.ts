import { describe, expect, test } from 'vitest';
import { practical as inThisProcess } from '../src/cli/practical.ts';
import { CHAPTERS } from './fixtures/chapters.ts';
import { practical, REAL, SAMPLE } from './helpers/command.ts';
import { fakeTerminal } from './helpers/fake-terminal.ts';
import { allGone, parentOf } from './helpers/processes.ts';

describe('practical run', () => {
  test('shows what a scenario prints, and how it came out', async () => {
    const { stdout, exitCode } = await practical(SAMPLE, ['run', 'sample/greets', '--hosts', 'a.example,b.example']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^sample\/1 greets says hello\n│ hello \d+\n│ hosts: a.example,b.example\n✔ sample\/1 greets \d+\.\d\d s\n\n1 passed in/,
    );
  });

  test('ends with 1 when a scenario fails, says why, and goes on with the next', async () => {
    const { stdout, exitCode } = await practical(SAMPLE, ['run', 'sample/2', 'sample/1']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('│ a complaint');
    expect(stdout).toContain('✖ exit status: expected 0, found 3\n');
    expect(stdout).toContain('✖ stdout, line 1: expected "about to succeed", found "about to fail"\n');
    expect(stdout).toMatch(/1 passed, 1 failed in .*\n✖ sample\/2 fails\n$/);
  });

  test('refuses a chapter that is not there yet before anything runs', async () => {
    const run = await practical(SAMPLE, ['run', 'sample/greets', 'later/first']);
    expect(run).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: 'error: later is not there yet: needs @prac/later\n',
    });
  });

  test('--json prints one document and nothing else', async () => {
    const { stdout, stderr, exitCode } = await practical(SAMPLE, ['run', 'sample/1', 'sample/2', '--json']);
    expect(exitCode).toBe(1);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject({
      passed: 1,
      failed: 1,
      scenarios: [
        { id: 'sample/1', chapter: 'sample', name: 'greets', status: 'passed', exitCode: 0, failures: [] },
        { id: 'sample/2', status: 'failed', exitCode: 3, stdout: 'about to fail\n', stderr: 'a complaint\n' },
      ],
    });
  });
});

describe('practical used wrongly', () => {
  test('ends with 2 and a message', async () => {
    const run = await practical(SAMPLE, ['run', 'sampel']);
    const stderr = 'error: unknown chapter or scenario "sampel". Did you mean sample?\n';
    expect(run).toMatchObject({ exitCode: 2, stdout: '', stderr });
  });

  test.each([
    [['lsit'], 'error: unknown chapter or scenario "lsit". Did you mean list?'],
    [['show', 'later/1'], 'error: later is not there yet: needs @prac/later'],
    [['compare', 'greets'], 'Did you mean sample/greets?'],
    [['show'], "error: missing required argument 'id'"],
    [['run', '--jsom'], "error: unknown option '--jsom'\n(Did you mean --json?)"],
    [['run', '--all', 'sample'], '--all already includes every scenario'],
  ])('as in %j', async (args, message) => {
    const terminal = fakeTerminal();
    expect(await inThisProcess(args, terminal, CHAPTERS)).toBe(2);
    expect(terminal.written()).toBe('');
    expect(terminal.complaints()).toContain(message);
  });
});

describe('practical', () => {
  test('list names every chapter and scenario', async () => {
    const { stdout, exitCode } = await practical(REAL, ['list']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^subprocess {2}.*\n {3}1 run +run a program/m);
    expect(stdout).toMatch(/^ {2}19 local-defaults +properties of each thread/m);
    expect(stdout).toMatch(/^cluster {2}jobs on a Slurm cluster$/m);
  });

  test('list names chapters that are missing, and what they wait for', async () => {
    const { stdout, exitCode } = await practical(SAMPLE, ['list']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^later {2}.*\(not there yet: needs @prac\/later\)$/m);
    expect(stdout).toMatch(/^ {3}2 second$/m);
  });

  test('list -v explains the scenarios', async () => {
    const terminal = fakeTerminal();
    await inThisProcess(['list', '-v'], terminal);
    expect(terminal.written()).toContain('Python:\n     subprocess.run(["ls", "-lahF"])');
  });

  test('--help ends with 0', async () => {
    expect(await practical(REAL, ['--help'])).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringContaining('compare'),
    });
  });
});

describe('Ctrl-C', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s ends the running scenario with its children, starts no other, and gives %i',
    async (signal, exitCode) => {
      const pids: number[] = [];
      const onLine = (line: string) => {
        const [, main, child] = /running (\d+) (\d+)/.exec(line) ?? [];
        if (main === undefined) return;
        pids.push(Number(main), Number(child));
        process.kill(parentOf(Number(main)), signal);
      };
      const run = await practical(SAMPLE, ['run', 'sample/forever', 'sample/greets'], { onLine });
      expect(run.exitCode).toBe(exitCode);
      expect(run.stdout).toMatch(/■ sample\/3 forever interrupted .*\n\n1 interrupted/);
      expect(run.stdout).not.toContain('greets');
      await allGone(pids);
      expect(pids).toHaveLength(2);
    },
  );
});
