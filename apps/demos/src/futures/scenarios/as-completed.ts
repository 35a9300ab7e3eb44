import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

export const asCompleted: Scenario = {
  name: 'as-completed',
  title: 'whoever is first',
  explanation:
    'Five tasks take a random time each. asCompleted() gives their futures in the order in which they are done, whoever was submitted first. ' +
    'Python: concurrent.futures.as_completed().',
  expect: {
    stdout: ['main: starting', inAnyOrder(...[5, 4, 3, 2, 1].map((n) => `main: result: (${n}, ${n / 10})`))],
  },
  mutation: { replace: 'n / 10', by: 'n / 5' },
};
