import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

export const currentProcess: Scenario = {
  name: 'current-process',
  title: 'who am I',
  explanation:
    'Processes are numbered as they are made, also one that is never started; a name of your own takes the place of the number. What runs in a process finds itself by currentProcess(). ' +
    'Python: multiprocessing.current_process().name.',
  expect: {
    stdout: [
      inAnyOrder(
        '5 doubled to 10 by: Process-2',
        '10 doubled to 20 by: Process-3',
        '15 doubled to 30 by: Process-4',
        '20 doubled to 40 by: Process-5',
        '25 doubled to 50 by: Process-6',
        '2 doubled to 4 by: Test',
      ),
    ],
  },
  mutation: { replace: "name: 'Test'", by: "name: 'Toast'" },
};
