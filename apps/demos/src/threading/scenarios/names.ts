import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';

export const names: Scenario = {
  name: 'names',
  title: 'call the threads by their names',
  explanation:
    'Every thread has a name, given by us or by default: a number and the name of its function. A function asks in which thread it ' +
    'runs, and so one function can say who it works for. Python: threading.current_thread().name.',
  expect: {
    stdout: [
      interleaved(
        ['worker Starting', 'worker Exiting'],
        ['Thread-1 (worker) Starting', 'Thread-1 (worker) Exiting'],
        ['my_service Starting', 'my_service Exiting'],
      ),
    ],
  },
  mutation: { replace: "name: 'my_service'", by: 'name: undefined' },
};
