import type { Scenario } from '../../framework/chapter.ts';
import { fact } from '../../framework/expectation.ts';
import { LISTING } from './listing.ts';

export const capture: Scenario = {
  name: 'capture',
  title: 'capture what a program prints',
  explanation:
    'With stdout: PIPE the output comes back as bytes instead of going to the screen: a Buffer here, bytes in Python. ' +
    'To print it, decode it, or ask for text from the start. Python: subprocess.run(..., stdout=subprocess.PIPE).',
  expect: {
    stdout: ['returncode: 0', /Have \d+ bytes in stdout:/, ...LISTING, ''],
    facts: [
      fact('the number of bytes is the size of the listing', ({ stdout }) => {
        const [, size, listing = ''] = /Have (\d+) bytes in stdout:\n([\s\S]*)\n$/.exec(stdout) ?? [];
        return Buffer.byteLength(listing) === Number(size);
      }),
    ],
  },
  mutation: { replace: 'stdout.length', by: 'stdout.length + 1' },
};
