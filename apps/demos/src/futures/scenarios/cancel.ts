import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

export const cancel: Scenario = {
  name: 'cancel',
  title: 'too late for two of them',
  explanation:
    'What nobody has begun with can be cancelled; what runs cannot. Two threads have a task each, the others are still waiting for one. Python: ' +
    'Future.cancel(), cancelled().',
  expect: {
    stdout: [
      ...[1, 2, 3, 4].map((n) => `${n}: cancelled`),
      'main: did not cancel 5',
      'main: did not cancel 6',
      inAnyOrder('5: not cancelled', '6: not cancelled'),
    ],
  },
  mutation: { replace: 'maxWorkers: 2', by: 'maxWorkers: 3' },
};
