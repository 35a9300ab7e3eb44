import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';

export const map: Scenario = {
  name: 'map',
  title: 'many calls, two threads',
  explanation:
    'map() has a function called for each of the numbers, in two threads, and gives the results in the order of the numbers. While the first is ' +
    'waited for, others go on. Python: concurrent.futures.ThreadPoolExecutor, map().',
  expect: {
    stdout: [
      'main: starting',
      interleaved(
        ['main: waiting for results'],
        ...[5, 4, 3, 2, 1].map((n) => [
          new RegExp(`worker_[01]: sleeping ${n}`),
          new RegExp(`worker_[01]: done with ${n}`),
        ]),
      ),
      'main: results: [0.5, 0.4, 0.3, 0.2, 0.1]',
    ],
  },
  mutation: { replace: '[5, 4, 3, 2, 1]', by: '[5, 4, 3, 2]' },
  masks: [{ pattern: /worker_\d/g, by: 'worker_<n>' }],
};
