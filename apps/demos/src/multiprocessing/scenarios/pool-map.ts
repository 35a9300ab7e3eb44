import type { Scenario } from '../../framework/chapter.ts';

export const poolMap: Scenario = {
  name: 'pool-map',
  title: 'many calls, few processes',
  explanation:
    'A pool has processes that wait for work. map() calls a function with each of the numbers in one of them, and gives the results in the order of ' +
    'the numbers. Python: multiprocessing.Pool, map().',
  expect: { stdout: ['[10, 20, 40]'] },
  mutation: { replace: 'number * 2', by: 'number * 3' },
};
