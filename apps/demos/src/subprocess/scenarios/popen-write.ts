import type { Scenario } from '../../framework/chapter.ts';

export const popenWrite: Scenario = {
  name: 'popen-write',
  title: 'write to a running program',
  explanation:
    'The other direction: stdin: PIPE makes a pipe into the program. communicate writes the input and closes the pipe, and the ' +
    'end of its input tells cat to stop. Python: subprocess.Popen(["cat", "-"], stdin=PIPE).communicate(data).',
  expect: { stdout: ['write:', 'stdin: to stdin'] },
  mutation: { replace: "{ input: 'stdin: to stdin\\n' }", by: '' },
};
