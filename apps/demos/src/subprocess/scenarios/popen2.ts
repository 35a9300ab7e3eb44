import type { Scenario } from '../../framework/chapter.ts';

export const popen2: Scenario = {
  name: 'popen2',
  title: 'write to a program and read from it',
  explanation:
    'Both directions at once. Doing it by hand can end in deadlock: the program waits until somebody reads, and we wait until it ' +
    'takes more input. communicate writes and reads at the same time. Python: Popen(..., stdin=PIPE, stdout=PIPE).communicate(data).',
  expect: { stdout: ['popen2:', "pass through: 'through stdin to stdout'"] },
  mutation: { replace: 'stdout: PIPE', by: 'stdout: null' },
};
