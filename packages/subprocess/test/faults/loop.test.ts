import { PIPE, Popen, run } from '@prac/subprocess';
import { expect, test } from 'vitest';
import { program } from './helpers.ts';

test('a program that starts children and does not wait for them ends at once', async () => {
  const { end, stdout } = await program('abandons', ['ends']);
  expect({ end, stdout }).toEqual({ end: 0, stdout: 'the children run\n' });
});

test('a wait keeps the program alive', async () => {
  const { end, stdout } = await program('waits');
  expect({ end, stdout }).toEqual({ end: 0, stdout: 'wait 3\nread x\nlines x\nwrite 200000\ncommunicate x\nrun 0\n' });
});

test('process.exit() in the middle of all waits ends the program at once', async () => {
  const { end, stderr } = await program('exits-in-waits');
  expect({ end, stderr }).toEqual({ end: 5, stderr: '' });
});

test('an import loads no foreign function interface and starts nothing', async () => {
  const { end, stdout } = await program('import-only');
  expect({ end, stdout }).toEqual({ end: 0, stdout: 'koffi false ffi false handles 0 listeners 0\n' });
});

test('timers and immediates keep their beat while children run and data flows', async () => {
  let beats = 0;
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
    beats++;
  }, 5);
  const chatter = Array.from({ length: 8 }, () => run(['head', '-c', '8000000', '/dev/zero'], { captureOutput: true }));
  const quiet = Array.from({ length: 8 }, () => run(['sleep', '0.3'], { captureOutput: true, timeout: 15 }));
  const results = await Promise.all([...chatter, ...quiet]);
  clearInterval(beat);
  expect(results.map(({ stdout }) => stdout.length)).toEqual([...Array(8).fill(8_000_000), ...Array(8).fill(0)]);
  expect(beats).toBeGreaterThan(5);
  expect(longest).toBeLessThan(5000); // the starts themselves included
});

test('a chatty child does not starve the others', async () => {
  const chatty = new Popen(['yes'], { stdout: PIPE });
  const endless = (async () => {
    while ((await chatty.stdout.read1()).length > 0);
  })();
  for (let i = 0; i < 5; i++)
    expect((await run(['echo', String(i)], { captureOutput: true })).stdout.toString()).toBe(`${i}\n`);
  chatty.kill();
  await endless;
});
