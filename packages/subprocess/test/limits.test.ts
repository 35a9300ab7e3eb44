import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OutputLimitExceeded, PIPE, Popen, run, TimeoutExpired } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { ENGINE, testOf } from './helpers/engine.ts';
import { temporaryFolder } from './helpers/folder.ts';
import { runForms } from './helpers/forms.ts';

describe.each(runForms)('limits, $name', ({ name, call }) => {
  const kills = ENGINE === 'child-process' && name === 'runSync' ? test.skip : test;

  kills('a time limit bounds the call, also when a grandchild holds the pipe, which is killed too', async () => {
    const note = join(temporaryFolder(), 'pid');
    const script = `sleep 60 & echo $! > ${note}; printf early; wait`;
    const error = await call(['sh', '-c', script], { captureOutput: true, text: true, timeout: 0.4 }).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error.output).toBe('early');
    await waitUntil(() => !runs(Number(readFileSync(note, 'utf8'))));
  });

  kills('with killAfter the child may tidy up first', async () => {
    const script = 'trap "echo tidied; exit 0" TERM; echo ready; while :; do sleep 0.05; done';
    const options = { stdout: PIPE, text: true, timeout: 0.4, killAfter: 20 } as const;
    const error = await call(['sh', '-c', script], options).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error.output).toBe('ready\ntidied\n');
  });

  kills('with killAfter a child that ignores SIGTERM is killed', async () => {
    const script = 'trap "" TERM; while :; do sleep 0.05; done';
    const options = { stdout: PIPE, timeout: 0.2, killAfter: 0.2 };
    await expect(call(['sh', '-c', script], options)).rejects.toBeInstanceOf(TimeoutExpired);
  });

  test('maxOutput kills a child that writes more, and keeps the bytes', async () => {
    const error = await call(['yes'], { stdout: PIPE, text: true, maxOutput: 1000 }).catch((e) => e);
    expect(error).toBeInstanceOf(OutputLimitExceeded);
    expect(error).toMatchObject({ limit: 1000, cmd: ['yes'], stderr: null });
    expect(error.output.length).toBeGreaterThanOrEqual(1000);
    expect(error.output.subarray(0, 4).toString()).toBe('y\ny\n');
  });

  test('maxOutput is for each stream', async () => {
    const script = 'printf 12345; printf 123456 >&2; exec sleep 60';
    const error = await call(['sh', '-c', script], { captureOutput: true, maxOutput: 5 }).catch((e) => e);
    expect(error).toBeInstanceOf(OutputLimitExceeded);
    expect(error.message).toContain('wrote more than 5 bytes');
  });

  test('exactly maxOutput bytes are no error', async () => {
    const { stdout } = await call(['printf', '12345'], { stdout: PIPE, text: true, maxOutput: 5 });
    expect(stdout).toBe('12345');
  });
});

describe('an AbortSignal', () => {
  test('ends a run, whose promise rejects with the reason', async () => {
    const abort = new AbortController();
    const running = run(['sleep', '60'], { signal: abort.signal });
    abort.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });

  test('that was aborted before starts nothing', async () => {
    const reason = new Error('too late');
    const signal = AbortSignal.abort(reason);
    await expect(run(['true'], { signal })).rejects.toBe(reason);
    expect(() => new Popen(['true'], { signal })).toThrow(reason);
  });

  test('ends the child of a Popen', async () => {
    const abort = new AbortController();
    const child = new Popen(['sleep', '60'], { signal: abort.signal });
    abort.abort();
    expect(await child.wait()).toBe(-9);
  });

  test('that aborts after the end changes nothing', async () => {
    const abort = new AbortController();
    const child = new Popen(['true'], { signal: abort.signal });
    await child.wait();
    abort.abort();
    expect(child.returncode).toBe(0);
  });

  test('is not for the blocking form', async () => {
    const { runSync } = await import('@prac/subprocess');
    const options = { signal: new AbortController().signal };
    expect(() => runSync(['true'], options as object)).toThrow(TypeError);
  });
});

describe('killTree', () => {
  test('ends the descendants too', async () => {
    const child = new Popen(['sh', '-c', 'sleep 60 & echo $!; wait'], { stdout: PIPE, text: true });
    const grandchild = Number(await child.stdout.readline());
    child.killTree();
    expect(await child.wait()).toBe(-9);
    await waitUntil(() => !runs(grandchild));
    child.stdout.close();
  });

  test('with the option true finds orphans by their group', async () => {
    const child = new Popen(['sh', '-c', '(sleep 60 & echo $!)'], { stdout: PIPE, text: true, killTree: true });
    const orphan = Number(await child.stdout.readline());
    await child.wait();
    expect(runs(orphan)).toBe(true);
    child.killTree();
    await waitUntil(() => !runs(orphan));
    child.stdout.close();
  });

  test('takes another signal', async () => {
    const child = new Popen(['sh', '-c', 'trap "exit 5" USR1; echo; while :; do sleep 0.02; done'], { stdout: PIPE });
    await child.stdout.readline();
    child.killTree('SIGUSR1');
    expect([5, -10]).toContain(await child.wait());
    child.stdout.close();
  });
});

describe('dieWithParent', () => {
  testOf('real pipes', 'ends the child when this process is killed', async () => {
    const program = `import { Popen } from '@prac/subprocess';
      const child = new Popen(['sleep', '60'], { dieWithParent: true, stdout: -3 });
      console.log(child.pid);
      process.kill(process.pid, 'SIGKILL');`;
    const { stdout } = await run([process.execPath, '--input-type=module', '-e', program], {
      stdout: PIPE,
      text: true,
    });
    await waitUntil(() => !runs(Number(stdout)));
  });
});

/** Whether a process runs; a zombie does not. */
function runs(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return false;
  }
}
