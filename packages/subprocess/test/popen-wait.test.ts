import { constants } from 'node:os';
import { inspect } from 'node:util';
import { BrokenPipeError, PIPE, Popen, TimeoutExpired } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { testOf } from './helpers/engine.ts';
import { forms } from './helpers/forms.ts';
import { leavesNothing } from './helpers/leaves-nothing.ts';

describe('poll', () => {
  test('is null while the child runs, then the return code, for ever', async () => {
    const child = new Popen(['sh', '-c', 'read x; exit 3'], { stdin: PIPE });
    expect([child.poll(), child.returncode]).toEqual([null, null]);
    await child.stdin.close();
    await waitUntil(() => child.poll() !== null);
    expect([child.poll(), child.returncode, await child.wait()]).toEqual([3, 3, 3]);
  });
});

describe.each(forms)('wait, $name', (form) => {
  test.each([
    ['exit 0', 0],
    ['exit 255', 255],
    ['kill -KILL $$', -9],
    ['kill -TERM $$', -15],
    ['kill -USR1 $$', -constants.signals.SIGUSR1],
  ])('gives what `%s` ends with', async (script, returncode) => {
    const child = new Popen(['sh', '-c', script]);
    expect(await form.wait(child)).toBe(returncode);
    expect(child.returncode).toBe(returncode);
  });

  test('gives the same every time', async () => {
    const child = new Popen(['sh', '-c', 'exit 7']);
    expect([await form.wait(child), await form.wait(child), await form.wait(child, 0)]).toEqual([7, 7, 7]);
  });

  test.each([0, 0.1, -1])('throws at its time limit of %d s and leaves the child running', async (timeout) => {
    const child = new Popen(['sleep', '60']);
    const error = await form.wait(child, timeout).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error).toMatchObject({ cmd: ['sleep', '60'], timeout, output: null, stderr: null });
    expect(child.poll()).toBeNull();
    child.kill();
    expect(await form.wait(child, 20)).toBe(-9);
  });

  test('finds a child that ended long ago', async () => {
    const child = new Popen(['true'], { stdout: PIPE });
    await form.read(child.stdout);
    expect(await form.wait(child)).toBe(0);
    child.stdout.close();
  });

  test('leaves nothing behind', async () => {
    await leavesNothing(() => form.wait(new Popen(['true'])));
  });
});

describe('a wait', () => {
  test('takes its time limit in an object too', async () => {
    const child = new Popen(['sleep', '60']);
    await expect(child.wait({ timeout: 0.05 })).rejects.toBeInstanceOf(TimeoutExpired);
    child.kill();
    expect(await child.wait({ timeout: null })).toBe(-9);
  });

  test('can be had several times at once', async () => {
    const child = new Popen(['sh', '-c', 'read x; exit 4'], { stdin: PIPE });
    const waits = [child.wait(), child.wait(), child.wait(20)];
    await child.stdin.close();
    expect(await Promise.all(waits)).toEqual([4, 4, 4]);
  });

  test('ends with the reason of its signal, and the child lives on', async () => {
    const child = new Popen(['sleep', '60']);
    const abort = new AbortController();
    const wait = child.wait({ signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(wait).rejects.toThrow('enough');
    await expect(child.wait({ signal: abort.signal })).rejects.toThrow('enough');
    expect(child.poll()).toBeNull();
    child.kill();
    await child.wait();
  });
});

describe('signals', () => {
  test.each<[string, (child: Popen) => void, number]>([
    ['terminate', (child) => child.terminate(), -15],
    ['kill', (child) => child.kill(), -9],
    ['killTree', (child) => child.killTree(), -9],
    ['sendSignal with a number', (child) => child.sendSignal(constants.signals.SIGINT), -2],
    ['sendSignal with a name', (child) => child.sendSignal('SIGUSR1'), -constants.signals.SIGUSR1],
  ])('%s ends the child', async (_, end, returncode) => {
    const child = new Popen(['sleep', '60']);
    end(child);
    expect(await child.wait()).toBe(returncode);
  });

  test('0 only looks whether the child is there', async () => {
    const child = new Popen(['sleep', '60']);
    child.sendSignal(0);
    expect(child.poll()).toBeNull();
    child.kill();
    await child.wait();
  });

  test('a child can stop and go on', async () => {
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    child.sendSignal('SIGSTOP');
    child.sendSignal('SIGCONT');
    expect(await child.communicate({ input: 'x' })).toEqual([Buffer.from('x'), null]);
  });

  test('do nothing once the child has ended', async () => {
    const child = new Popen(['true']);
    await waitUntil(() => child.poll() !== null);
    child.sendSignal('SIGTERM');
    child.terminate();
    child.kill();
    child.killTree();
    expect(child.returncode).toBe(0);
  });

  test('do nothing to a zombie, whose end nobody has seen', async () => {
    const child = new Popen(['true'], { stdout: PIPE });
    await child.stdout.read();
    child.kill();
    expect([0, -9]).toContain(await child.wait());
    child.stdout.close();
  });

  test.each(['SIGNONE', 65, -1, 1.5, null])('%o is refused', async (signal) => {
    const child = new Popen(['sleep', '60']);
    expect(() => child.sendSignal(signal as number)).toThrow(TypeError);
    child.kill();
    await child.wait();
  });
});

describe('a Popen', () => {
  test('has the command, the process id and the kind of its streams', async () => {
    const args = ['sh', '-c', 'echo $$'];
    const child = new Popen(args, { stdout: PIPE, text: true });
    expect(child.args).toBe(args);
    expect(await child.stdout.readline()).toBe(`${child.pid}\n`);
    expect([child.stdin, child.stderr, child.universalNewlines]).toEqual([null, null, true]);
    await child.communicate();
  });

  // From CPython's test_subprocess.py (POSIXProcessTestCase.test_repr), licensed under the PSF licence.
  test('is shown as in Python', async () => {
    const child = new Popen(['sleep', '60']);
    expect(inspect(child)).toBe("<Popen: returncode: None args: ['sleep', '60']>");
    child.kill();
    await child.wait();
    expect(String(child)).toBe("<Popen: returncode: -9 args: ['sleep', '60']>");
  });

  test('that is shown takes no more than 80 characters', async () => {
    const child = new Popen(['true', ...Array<string>(20).fill('an argument')]);
    await child.wait();
    expect(String(child)).toMatch(/^<Popen: returncode: 0 args: \['true', .*\.\.\.>$/);
    expect(String(child)).toHaveLength(80);
  });

  test('of a subclass is shown with its name', async () => {
    class Job extends Popen {}
    const job = new Job(['true']);
    await job.wait();
    expect(String(job)).toBe("<Job: returncode: 0 args: ['true']>");
  });
});

describe.each(forms)('leaving a `using` block, $name', (form) => {
  test('waits for the child', async () => {
    const child = new Popen(['sh', '-c', 'exit 3']);
    await form.dispose(child);
    expect(child.returncode).toBe(3);
  });

  test('closes the pipes: the child sees the end of its input', async () => {
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE, stderr: PIPE });
    await form.dispose(child);
    expect([child.returncode, child.stdin.closed, child.stdout.closed, child.stderr.closed]).toEqual([
      0,
      true,
      true,
      true,
    ]);
  });

  test('may be done twice', async () => {
    const child = new Popen(['true'], { stdin: PIPE });
    await form.dispose(child);
    await form.dispose(child);
    expect(child.returncode).toBe(0);
  });

  testOf('real pipes', 'ends a child that still writes with SIGPIPE', async () => {
    const child = new Popen(['yes'], { stdout: PIPE });
    await form.dispose(child);
    expect(child.returncode).toBe(-13);
  });

  // From CPython's test_subprocess.py (ContextManagerTests.test_broken_pipe_cleanup), licensed under the PSF licence.
  testOf('real pipes', 'throws what buffered input fails with, and waits all the same', async () => {
    const child = new Popen(['true'], { stdin: PIPE, bufsize: 131_072 });
    await child.wait();
    await form.write(child.stdin, Buffer.alloc(1000, 'x'));
    await expect(form.dispose(child)).rejects.toBeInstanceOf(BrokenPipeError);
    expect([child.returncode, child.stdin.closed]).toEqual([0, true]);
  });
});
