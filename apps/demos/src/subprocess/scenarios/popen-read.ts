import type { Scenario } from '../../framework/chapter.ts';

export const popenRead: Scenario = {
  name: 'popen-read',
  title: 'read from a running program',
  explanation:
    'Popen starts a program and goes on at once. communicate then reads everything the program prints, waits for its end, and ' +
    'gives back a pair: standard output and standard error. Python: subprocess.Popen(..., stdout=PIPE).communicate().',
  expect: { stdout: ['read:', `stdout: '"to stdout"\\n'`] },
  mutation: { replace: 'stdout: PIPE', by: 'stdout: null' },
};
