import type { Scenario } from '../../framework/chapter.ts';

export const blockingTasks: Scenario = {
  name: 'blocking-tasks',
  title: 'work while others wait',
  explanation:
    'Two tasks wait, as they would for two services, and a third works meanwhile. All of it takes as long as the longest wait, not as long as all of ' +
    'them. Python: asyncio.sleep, which lets others go on.',
  expect: {
    stdout: [
      /gr1 started work: at \d\.\d seconds/,
      /gr2 started work: at \d\.\d seconds/,
      /Let's do some stuff while the coroutines are blocked, at \d\.\d seconds/,
      'Done!',
      /gr1 ended work: at \d\.\d seconds/,
      /gr2 ended work: at \d\.\d seconds/,
    ],
  },
  mutation: { replace: 'await sleep(0.2);', by: 'await sleep(0.8);' },
};
