import type { Scenario } from '../../framework/chapter.ts';

export const callback: Scenario = {
  name: 'callback',
  title: 'called when it is done',
  explanation:
    'A future calls functions when it is done. They get the future, which may have been given a property of its own. Python: ' +
    'Future.add_done_callback().',
  expect: {
    stdout: ['main: starting', '5: sleeping', '5: done', '5: the value is 0.5'],
  },
  mutation: { replace: 'future.addDoneCallback(whenDone);', by: '' },
};
