import { PIPE, Popen, TimeoutExpired } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { forms } from '../helpers/forms.ts';
import { killAfterwards, leavesNothing, pidsIn, stateOf } from './helpers.ts';

/** Children that do not read what they are sent, and how they end. */
const DEAF = [
  ['is killed', 'kill -KILL $$', -9],
  ['crashes', 'kill -SEGV $$', -11],
  ['ends', 'exit 3', 3],
  ['closes its stdin and lives on', 'exec <&-; sleep 0.1; exit 3', 3],
  ['reads a little and ends', 'head -c 10 >/dev/null; exit 3', 3],
] as const;

describe.each(forms)('a child that dies or goes deaf while it is written to ($name)', (form) => {
  test.each(DEAF)('and %s: writes fail as broken pipes', (_, script, returncode) =>
    leavesNothing(async () => {
      const child = new Popen(['sh', '-c', script], { stdin: PIPE });
      const broken = { name: 'BrokenPipeError', code: 'EPIPE' };
      await expect(form.write(child.stdin, Buffer.alloc(1_000_000))).rejects.toMatchObject(broken);
      await expect(form.write(child.stdin, 'more')).rejects.toMatchObject(broken);
      await expect(form.flush(child.stdin)).rejects.toMatchObject(broken);
      await expect(form.close(child.stdin)).rejects.toMatchObject(broken);
      expect(child.stdin.closed).toBe(true);
      expect(await form.wait(child)).toBe(returncode);
    }),
  );

  test.each(DEAF)('and %s: an exchange does not mind', (_, script, returncode) =>
    leavesNothing(async () => {
      const child = new Popen(['sh', '-c', `echo said; ${script}`], { stdin: PIPE, stdout: PIPE, text: true });
      expect(await form.communicate(child, { input: 'x'.repeat(1_000_000) })).toEqual(['said\n', null]);
      expect(child.returncode).toBe(returncode);
    }),
  );

  test.each(DEAF)('and %s: leaving its block tells', (_, script, returncode) =>
    leavesNothing(async () => {
      const child = new Popen(['sh', '-c', script], { stdin: PIPE, stdout: PIPE });
      const writes = Array.from({ length: 10 }, () => child.stdin.write(Buffer.alloc(100_000)));
      await expect(child[Symbol.asyncDispose]()).rejects.toMatchObject({ name: 'BrokenPipeError' });
      for (const write of writes) await expect(write).rejects.toMatchObject({ name: 'BrokenPipeError' });
      expect(child.returncode).toBe(returncode);
    }),
  );
});

test.each(DEAF)('writes that nobody awaits do no harm when the child %s', (_, script, returncode) =>
  leavesNothing(async () => {
    const child = new Popen(['sh', '-c', script], { stdin: PIPE, stdout: PIPE });
    for (let i = 0; i < 20; i++) child.stdin.write(Buffer.alloc(100_000));
    expect(await child.wait()).toBe(returncode);
    child.stdin.close();
    child.stdout.close();
  }),
);

describe.each(forms)('a child whose stdout is another matter than its life ($name)', (form) => {
  test('closes it and lives on: the reader sees the end, the exchange waits for the child', async () => {
    const child = new Popen(['sh', '-c', 'echo x; exec >&-; read go; exit 3'], {
      stdin: PIPE,
      stdout: PIPE,
      text: true,
    });
    expect(await form.read(child.stdout)).toBe('x\n');
    expect(await form.read(child.stdout)).toBe('');
    expect(child.poll()).toBe(null);
    await expect(form.wait(child, 0.01)).rejects.toThrow(TimeoutExpired);
    await form.close(child.stdin);
    expect(await form.communicate(child)).toEqual(['', null]);
    expect(child.returncode).toBe(3);
  });

  test('ends while a grandchild holds it: the wait ends, a read goes on', async () => {
    const script = 'sleep 1000 & echo $!; exit 3';
    const child = new Popen(['sh', '-c', script], { stdin: PIPE, stdout: PIPE, text: true });
    const [grandchild] = pidsIn(await form.readline(child.stdout));
    killAfterwards([grandchild!]);
    expect(await form.wait(child)).toBe(3);
    await expect(form.communicate(child, { timeout: 0.02 })).rejects.toThrow(TimeoutExpired);
    process.kill(grandchild!, 'SIGKILL');
    expect(await form.communicate(child)).toEqual(['', null]);
  });
});

test('a child that is stopped has not ended, and goes on', async () => {
  const child = new Popen(['sh', '-c', 'read go; exit 3'], { stdin: PIPE });
  child.sendSignal('SIGSTOP');
  await waitUntil(() => stateOf(child.pid) === 'T');
  expect(child.poll()).toBe(null);
  await child.stdin.close();
  const wait = child.wait();
  child.sendSignal('SIGCONT');
  expect(await wait).toBe(3);
});

test('a signal to a child that has ended does nothing, whoever has its number now', async () => {
  const child = new Popen(['true']);
  await waitUntil(() => stateOf(child.pid) === 'Z' || child.poll() !== null);
  for (const kill of [() => child.kill(), () => child.terminate(), () => child.sendSignal(0), () => child.killTree()])
    kill();
  expect(await child.wait()).toBe(0);
  child.kill();
});
