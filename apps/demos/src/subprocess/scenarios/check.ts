import type { Scenario } from '../../framework/chapter.ts';

export const check: Scenario = {
  name: 'check',
  title: 'turn a failure into an exception',
  explanation:
    'A program that fails is no error by itself: its return code says so, and one may forget to look. With check, a return code ' +
    'other than 0 raises CalledProcessError, which knows the command and the code. Python: subprocess.run(..., check=True).',
  expect: { stdout: ["ERROR: Command '['false']' returned non-zero exit status 1."] },
  mutation: { replace: 'check: true', by: 'check: false' },
};
