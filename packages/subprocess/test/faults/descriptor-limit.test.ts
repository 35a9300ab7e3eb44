import { expect, test } from 'vitest';
import { program } from './helpers.ts';

test('a process that runs out of descriptors gets OSError EMFILE, and nothing is left open or running', async () => {
  const { end, stdout, stderr } = await program('out-of-descriptors', [], 'ulimit -n 80;');
  expect(stderr).toBe('');
  expect(end).toBe(0);
  const lines = stdout.trimEnd().split('\n');
  expect(lines.filter((line) => !/ (ok|OSError EMFILE 24), left 0$/.test(line))).toEqual([]);
  expect(lines.filter((line) => line.includes('EMFILE')).length).toBeGreaterThan(5);
  expect(lines.filter((line) => line.includes(' ok')).length).toBeGreaterThan(5);
});
