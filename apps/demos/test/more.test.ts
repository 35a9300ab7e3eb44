import { join } from 'node:path';
import { run } from '@prac/subprocess';
import { expect, test } from 'vitest';

const program = join(import.meta.dirname, '../src/more/primes.ts');

test('primes are counted by a pool; where there is no terminal, without a bar', async () => {
  const { stdout, stderr } = await run([process.execPath, program], { captureOutput: true, text: true, check: true });
  expect([stdout, stderr]).toEqual(['78498 primes below 1000000\n', '']);
});
