import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';

export const putAndGet: Scenario = {
  name: 'put-and-get',
  title: 'from process to process',
  explanation:
    'One process puts numbers into a queue, another takes them out and doubles them, until it finds one that says that there are no more. The program itself ' +
    'is done with the queue when both have it. Python: multiprocessing.Queue.',
  expect: {
    stdout: [
      interleaved(
        ['Creating data and putting it on the queue'],
        [
          'data found to be processed: 5',
          '10',
          'data found to be processed: 10',
          '20',
          'data found to be processed: 13',
          '26',
          'data found to be processed: -1',
          '-2',
        ],
      ),
    ],
  },
  mutation: { replace: 'data * 2', by: 'data * 3' },
};
