import type { Scenario } from '../../framework/chapter.ts';

export const exception: Scenario = {
  name: 'exception',
  title: 'what was thrown',
  explanation:
    'What a task throws waits in its future. exception() gives it, and who asks for the result gets it thrown. Python: Future.exception().',
  expect: {
    stdout: [
      '5: starting',
      'main: error: the value 5 is no good',
      'main: saw the error "the value 5 is no good" when asking for the result',
    ],
  },
  mutation: { replace: 'is no good', by: 'is good' },
};
