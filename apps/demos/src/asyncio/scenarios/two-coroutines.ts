import type { Scenario } from '../../framework/chapter.ts';

export const twoCoroutines: Scenario = {
  name: 'two-coroutines',
  title: 'two coroutines take turns',
  explanation:
    'Two tasks run in one thread. Each goes on until it awaits something; then it is the turn of the other. The order is that of CPython, line by ' +
    'line. Python: asyncio.sleep(0), create_task, wait, run_until_complete (here a promise, since the event loop is Node’s).',
  expect: {
    stdout: [
      'Running in foo',
      'Explicit context to bar',
      'Explicit context switch to foo again',
      'Implicit context switch back to bar',
    ],
  },
  mutation: { replace: 'loop.createTask(foo), loop.createTask(bar)', by: 'loop.createTask(bar), loop.createTask(foo)' },
};
