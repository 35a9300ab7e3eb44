import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

export const args: Scenario = {
  name: 'args',
  title: 'give each thread its arguments',
  explanation:
    'The arguments go to the thread with the function. Which of the threads is the first to print is up to the system: any order ' +
    'will do. Python: threading.Thread(target=worker, args=(i,)).',
  expect: { stdout: [inAnyOrder('Worker: 0', 'Worker: 1', 'Worker: 2', 'Worker: 3', 'Worker: 4')] },
  mutation: { replace: 'args: [i]', by: 'args: [0]' },
};
