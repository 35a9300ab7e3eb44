import { createHash } from 'node:crypto';
import { OutputLimitExceeded, PIPE, Popen, run, STDOUT } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { ENGINE } from '../helpers/engine.ts';
import { forms, runForms } from '../helpers/forms.ts';
import { varied } from '../helpers/varied.ts';
import { stateOf } from './helpers.ts';

/** PRAC_TEST_LARGE=1 tests with sizes that need some gigabytes of memory. */
const LARGE = process.env.PRAC_TEST_LARGE === '1';
const MIB = 1024 * 1024;
const SIZE = (LARGE ? 1024 : ENGINE === 'posix-spawn' ? 256 : 64) * MIB;

describe.each(runForms)('$name', ({ name, call }) => {
  const size = LARGE || name === 'run' ? SIZE : 64 * MIB;
  test(`sends and captures ${size / MIB} MiB at once, byte for byte`, { timeout: 120_000 }, async () => {
    const input = varied(size);
    const { stdout } = await call(['cat'], { input, captureOutput: true });
    expect(Buffer.compare(stdout, input)).toBe(0);
  });

  test('captures both streams at once, byte for byte', async () => {
    const input = varied(16 * MIB);
    const { stdout, stderr } = await call(['tee', '/dev/stderr'], { input, captureOutput: true });
    for (const output of [stdout, stderr]) expect(Buffer.compare(output, input)).toBe(0);
  });

  test('keeps the order of stdout and stderr that share a pipe', async () => {
    const script = 'i=0; while [ $i -lt 10000 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done';
    const { stdout } = await call(['sh', '-c', script], { stdout: PIPE, stderr: STDOUT, text: true });
    const expected = Array.from({ length: 10_000 }, (_, i) => `o${i}\ne${i}\n`).join('');
    expect(stdout === expected).toBe(true);
  });

  test.skipIf(!LARGE)('keeps the bytes of text that no string can hold', { timeout: 120_000 }, async () => {
    const bytes = 513 * MIB;
    const error = await call(['head', '-c', String(bytes), '/dev/zero'], { captureOutput: true, text: true }).catch(
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(OutputLimitExceeded);
    expect((error as OutputLimitExceeded).output?.length).toBe(bytes);
  });

  test('ends a child that says too much, and keeps what it said', async () => {
    const error = await call(['yes'], { captureOutput: true, maxOutput: 100_000 }).catch((reason) => reason);
    expect(error).toBeInstanceOf(OutputLimitExceeded);
    const { limit, output } = error as OutputLimitExceeded;
    expect([limit, output!.subarray(0, 4).toString()]).toEqual([100_000, 'y\ny\n']);
    expect(output!.length).toBeGreaterThan(100_000);
    expect(output!.length).toBeLessThan(100_000 + 4 * MIB);
  });

  test('does not mind output of exactly the limit', async () => {
    const { stdout } = await call(['head', '-c', '100000', '/dev/zero'], { captureOutput: true, maxOutput: 100_000 });
    expect(stdout.length).toBe(100_000);
  });
});

test('a stream of 32 MiB goes through a child, written and read at once', async () => {
  const input = varied(32 * MIB);
  const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
  const hash = createHash('sha256');
  const written = (async () => {
    for (let at = 0; at < input.length; at += 700_001) await child.stdin.write(input.subarray(at, at + 700_001));
    await child.stdin.close();
  })();
  for await (const chunk of pieces(child)) hash.update(chunk);
  await written;
  expect(hash.digest('hex')).toBe(createHash('sha256').update(input).digest('hex'));
  expect(await child.wait()).toBe(0);
});

test.each(forms)('a parent that does not read holds up the child, not its own memory ($name)', async (form) => {
  const child = new Popen(['head', '-c', String(64 * MIB), '/dev/zero'], { stdout: PIPE });
  expect((await form.read(child.stdout, 1)).length).toBe(1);
  const before = process.memoryUsage.rss();
  await waitUntil(() => stateOf(child.pid) === 'S'); // it sleeps in write(2)
  for (let turn = 0; turn < 100; turn++) await new Promise(setImmediate);
  expect(process.memoryUsage.rss() - before).toBeLessThan(24 * MIB);
  expect(child.poll()).toBe(null);
  let length = 1;
  for (let count = 1; count > 0; length += count) count = (await form.read1(child.stdout)).length;
  expect(length).toBe(64 * MIB);
  expect(await form.wait(child)).toBe(0);
});

test('lines of a child that writes faster than they are read are all there', async () => {
  const child = new Popen(['seq', '200000'], { stdout: PIPE });
  let expected = 1;
  for await (const line of child.stdout.lines()) {
    if (line !== String(expected++)) expect(line).toBe(String(expected - 1));
    if (expected % 20_000 === 0) await new Promise(setImmediate);
  }
  expect(expected).toBe(200_001);
  await child.wait();
});

test('a run through a child that stops reading its input is no deadlock', async () => {
  const { stdout } = await run(['sh', '-c', 'head -c 100; exec cat </dev/null'], {
    input: varied(8 * MIB),
    captureOutput: true,
  });
  expect(stdout.length).toBe(100);
});

async function* pieces({ stdout }: { readonly stdout: { read1(): Promise<Buffer> } }): AsyncGenerator<Buffer> {
  for (let piece = await stdout.read1(); piece.length > 0; piece = await stdout.read1()) yield piece;
}
