import type { Scenario } from '../../framework/chapter.ts';
import { TABLE, table } from './table.ts';

export const doProfile: Scenario = {
  name: 'do-profile',
  title: 'a function that says how its time was spent',
  explanation:
    'A function is wrapped into another one, which profiles each call and prints a table: how often every function was called, by others and ' +
    'by itself (276/10: ten times by others), and how long it took, alone and with all that it called. The program starts itself again with ' +
    'its code instrumented, since that is how the profiler knows of calls. Python: cProfile.Profile, enable, disable, print_stats.',
  expect: {
    stdout: [...table(['276/10', /fib/], ['1', /sum_?of_?fibs/i]), 'The sum is 88'],
  },
  mutation: { replace: 'fib(n - 1) + fib(n - 2)', by: 'fib(n - 1) + fib(n - 1)' },
  masks: [TABLE],
};
