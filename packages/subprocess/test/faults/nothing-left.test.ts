import { getEventListeners } from 'node:events';
import { Writable } from 'node:stream';
import {
  checkOutput,
  getoutput,
  OutputLimitExceeded,
  PIPE,
  Popen,
  pipeline,
  run,
  TimeoutExpired,
} from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { forms, runForms } from '../helpers/forms.ts';
import { FOREVER, leavesNothing, program } from './helpers.ts';

describe.each(runForms)('nothing is left by $name', ({ call }) => {
  test('that succeeds', () =>
    leavesNothing(async () => {
      for (let i = 0; i < 20; i++) await call(['cat'], { input: 'x', captureOutput: true, timeout: 10 });
    }));

  test.each([
    ['there is no such program', ['prac-no-such-program'], {}],
    ['there is no such folder', ['true'], { cwd: '/prac/no/such/folder' }],
    ['the file is no program', ['/etc/passwd'], {}],
    ['an argument has a NUL', ['echo', 'a\0b'], {}],
  ])('that cannot start: %s', (_, args, options) =>
    leavesNothing(() => expect(call(args, { captureOutput: true, input: 'x', ...options })).rejects.toThrow()),
  );

  test('that reaches its time limit', () =>
    leavesNothing(async () => {
      const late = call(['sh', '-c', 'sleep 1000 & sleep 1000'], { captureOutput: true, timeout: 0.05 });
      await expect(late).rejects.toThrow(TimeoutExpired);
    }));

  test('that captures too much', () =>
    leavesNothing(() =>
      expect(call(['yes'], { captureOutput: true, maxOutput: 1000 })).rejects.toThrow(OutputLimitExceeded),
    ));
});

describe.each(forms)('nothing is left by a Popen ($name)', (form) => {
  test('whose block throws', () =>
    leavesNothing(async () => {
      const throws = async (): Promise<void> => {
        const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE, stderr: PIPE });
        try {
          await form.write(child.stdin, 'x');
          throw new Error('mine');
        } finally {
          await form.dispose(child);
        }
      };
      await expect(throws()).rejects.toThrow('mine');
    }));

  test('whose lines are left early', () =>
    leavesNothing(async () => {
      const child = new Popen(['yes'], { stdout: PIPE });
      expect(await form.lines(child.stdout, 3)).toEqual(['y', 'y', 'y']);
      await form.dispose(child);
      expect(child.returncode).toBe(-13);
    }));

  test('whose exchange times out and is given up', () =>
    leavesNothing(async () => {
      const child = new Popen(FOREVER, { stdin: PIPE, stdout: PIPE });
      const exchange = form.communicate(child, { input: 'x'.repeat(200_000), timeout: 0.01 });
      await expect(exchange).rejects.toThrow(TimeoutExpired);
      child.kill();
      expect(await form.wait(child)).toBe(-9);
      child.stdout.close();
      await child.stdin.close().catch(() => {});
    }));
});

test('nothing is left by a pipe that is closed in the middle of a read', () =>
  leavesNothing(async () => {
    const child = new Popen(FOREVER, { stdout: PIPE });
    const read = child.stdout.read();
    await new Promise(setImmediate);
    child.stdout.close();
    await read.catch(() => {});
    child.kill();
    await child.wait();
  }));

test('nothing is left by pipelines that end, and by one whose last command does not exist', () =>
  leavesNothing(async () => {
    const good = pipeline([['yes'], ['head', '-3'], ['cat']], { stdout: PIPE, text: true });
    expect(await good.communicate()).toEqual(['y\ny\ny\n']);
    expect(() => pipeline([['yes'], ['cat'], ['prac-no-such-program']], { stdout: PIPE })).toThrow('No such file');
    expect(() => pipeline([FOREVER, ['prac-no-such-program']], { stdout: PIPE })).toThrow('No such file');
  }));

test('nothing is left by an aborted run, and nothing on the signal', () =>
  leavesNothing(async () => {
    const controller = new AbortController();
    const aborted = run(FOREVER, { captureOutput: true, input: 'x'.repeat(200_000), signal: controller.signal });
    setImmediate(() => controller.abort(new Error('mine')));
    await expect(aborted).rejects.toThrow('mine');
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  }));

test('nothing stays on a signal whose calls have ended', async () => {
  const { signal } = new AbortController();
  const child = new Popen(['sh', '-c', 'read line; cat; exit 3'], { stdin: PIPE, stdout: PIPE, signal });
  const writes = [child.stdin.write('go\n', { signal }), child.stdin.write(Buffer.alloc(300_000), { signal })];
  for (let length = 0; length < 300_000; ) length += (await child.stdout.read1(-1, { signal })).length;
  await Promise.all(writes);
  await child.stdin.close();
  expect(await child.wait({ signal })).toBe(3);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  child.stdout.close();
});

test('nothing is left by data that could not be delivered', () =>
  leavesNothing(async () => {
    const refuses = new Writable({ write: (_chunk, _encoding, done) => done(new Error('mine')) });
    const child = new Popen(['yes'], { stdout: refuses });
    await expect(child.wait()).rejects.toThrow('mine');
    expect(child.returncode).toBe(-13);
  }));

test('nothing is left by the older functions', () =>
  leavesNothing(async () => {
    await expect(checkOutput(['sh', '-c', 'echo x; exit 3'])).rejects.toThrow('exit status 3');
    expect(await getoutput('echo x')).toBe('x');
  }));

test('dropped Popen objects leave no descriptor and no zombie', async () => {
  expect(await program('drop-popen')).toMatchObject({ end: 0, stdout: 'nothing left\n' });
});
