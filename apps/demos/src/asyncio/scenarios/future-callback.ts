import type { Scenario } from '../../framework/chapter.ts';

export const futureCallback: Scenario = {
  name: 'future-callback',
  title: 'a callback when there is a result',
  explanation:
    'Two tasks give their results to futures. A function that was added to them is called when they are there, the quicker one first. Python: ' +
    'asyncio.Future, set_result, add_done_callback.',
  expect: {
    stdout: [
      'task1 sleeping for: 0.3 seconds',
      'task2 sleeping for: 0.1 seconds',
      'task2 is finished',
      'task1 is finished',
    ],
  },
  mutation: { replace: 'future2.addDoneCallback(gotResult);', by: '' },
};
