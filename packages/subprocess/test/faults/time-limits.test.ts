import { PIPE, Popen, pipeline, STDOUT, TimeoutExpired } from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { forms, runForms } from '../helpers/forms.ts';
import { haveEnded, killAfterwards, leavesNothing, milliseconds, pidsIn, runs } from './helpers.ts';

/** Far more than a run that was killed takes, far less than the children would. */
const SOON_MS = 10_000;

describe.each(runForms)('the time limit of $name', ({ call }) => {
  /** Runs into the time limit; gives the error. */
  async function expire(script: string, options: { killAfter?: number; timeout?: number; killTree?: boolean } = {}) {
    const child = call(['sh', '-c', script], { stdout: PIPE, stderr: STDOUT, text: true, timeout: 0.2, ...options });
    const error = await child.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TimeoutExpired);
    return error as TimeoutExpired;
  }

  test.each([
    ['in its group', 'sleep 1000 & echo $! $$; wait'],
    ['whose parent has gone', '(sleep 1000 & echo $!); exec sleep 1000'],
    ['in a session of its own', 'setsid sh -c "echo \\$\\$; exec sleep 1000" & wait'],
    ['of a child that ended at once', '(sleep 1000 & echo $!); exit 0'],
    ['three floors down', 'sh -c "sh -c \\"sleep 1000 & echo \\$! \\$\\$; wait\\"; true"; true'],
  ])('ends the call and a grandchild that holds the pipe: one %s', async (_, script) => {
    let output = '';
    const took = await milliseconds(async () => {
      output = String((await expire(script)).output);
    });
    const pids = pidsIn(output);
    killAfterwards(pids);
    expect(took).toBeLessThan(SOON_MS);
    expect(pids).not.toEqual([]);
    await haveEnded(pids);
  });

  test('bounds the call though a grandchild has escaped, which lives on', async () => {
    let output = '';
    const script = '(setsid sh -c "echo \\$\\$; exec sleep 1000" &) ; sleep 1000';
    const took = await milliseconds(async () => {
      output = String((await expire(script)).output);
    });
    const [pid] = pidsIn(output);
    killAfterwards([pid!]);
    expect(took).toBeLessThan(SOON_MS);
    expect(runs(pid!)).toBe(true);
  });

  test('bounds the call though an escaped grandchild writes without end', () =>
    leavesNothing(async () => {
      const error = await expire('(setsid yes &) ; sleep 1000', { timeout: 0.1 });
      expect(String(error.output ?? '').replaceAll('y\n', '').length).toBeLessThan(2);
    }));

  test('lets a child clean up, and keeps what it says meanwhile', async () => {
    const { output } = await expire(
      'trap "sleep 0.1; echo cleaned up; exit 3" TERM; echo up; while :; do sleep 0.02; done',
      {
        killAfter: 15,
      },
    );
    expect(String(output).replace('Terminated\n', '')).toBe('up\ncleaned up\n'); // the shell tells of its `sleep`
  });

  test('kills a child that takes no notice', async () => {
    const script = 'trap "" TERM; echo $$; while :; do sleep 0.02; done';
    const { output } = await expire(script, { killAfter: 0.1 });
    await haveEnded(pidsIn(String(output)));
  });

  test('kills a tree of which only the child takes notice', async () => {
    const script = 'sh -c "trap \\"\\" TERM; echo \\$\\$; while :; do sleep 0.02; done" & trap "exit 0" TERM; wait';
    const { output } = await expire(script, { killAfter: 0.2 });
    killAfterwards(pidsIn(String(output)));
    await haveEnded(pidsIn(String(output)));
  });

  test('kills a child that is stopped', async () => {
    const { output } = await expire('echo $$; kill -STOP $$; echo no');
    await haveEnded(pidsIn(String(output)));
  });

  test('kills the child alone where the tree is to live', async () => {
    const { output } = await expire('sleep 1000 & echo $! $$; wait', { killTree: false });
    const [grandchild, child] = pidsIn(String(output));
    killAfterwards([grandchild!]);
    await haveEnded([child!]);
    expect(runs(grandchild!)).toBe(true);
  });
});

describe.each(forms)('the time limit of a Popen ($name)', (form) => {
  test('ends a wait or an exchange, which can be taken up again, and leaves the child alone', async () => {
    const child = new Popen(['sh', '-c', 'echo one; sleep 0.2; cat; exit 3'], {
      stdin: PIPE,
      stdout: PIPE,
      text: true,
    });
    await expect(form.wait(child, 0.01)).rejects.toThrow(TimeoutExpired);
    await expect(form.communicate(child, { input: 'two', timeout: 0 })).rejects.toThrow(TimeoutExpired);
    expect(await form.communicate(child)).toEqual(['one\ntwo', null]);
    expect(child.returncode).toBe(3);
  });

  test('loses nothing in the middle of the input, however often it passes', async () => {
    const input = Buffer.alloc(2_000_000, 'abcdefg');
    const child = new Popen(['sh', '-c', 'sleep 0.05; head -c 300000; sleep 0.05; cat'], { stdin: PIPE, stdout: PIPE });
    let first: Buffer | undefined = input;
    for (let output: Buffer | null = null; output === null; first = undefined) {
      [output] = await form
        .communicate(child, { timeout: 0.004, ...(first === undefined ? {} : { input: first }) })
        .catch((error) => (error instanceof TimeoutExpired ? ([null] as const) : Promise.reject(error)));
      if (output !== null) expect(Buffer.compare(output, input)).toBe(0);
    }
    expect(child.returncode).toBe(0);
  });

  test('ends the wait of a child that is stopped, which can go on', async () => {
    const child = new Popen(['sh', '-c', 'kill -STOP $$; exit 3']);
    await expect(form.wait(child, 0.1)).rejects.toThrow(TimeoutExpired);
    child.sendSignal('SIGCONT');
    while (child.poll() === null) child.sendSignal('SIGCONT'); // it may not have stopped yet
    expect(child.returncode).toBe(3);
  });
});

test('a pipeline that reached its time limit can be asked again, and killed', async () => {
  const slow = pipeline([['sh', '-c', 'echo 1; exec sleep 1000'], ['cat']], { stdout: PIPE, text: true });
  await expect(slow.communicate({ timeout: 0.05 })).rejects.toThrow(TimeoutExpired);
  await expect(slow.wait(0.01)).rejects.toThrow(TimeoutExpired);
  slow.kill();
  const [output] = await slow.communicate();
  expect(['', '1\n']).toContain(output); // `cat` may have been killed before it wrote
  const [first, second] = slow.returncodes;
  expect(first).toBe(-9);
  expect([-9, 0]).toContain(second); // or may have seen the end of its input first
});
