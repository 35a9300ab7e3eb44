import type { Scenario } from '../../framework/chapter.ts';

export const simple: Scenario = {
  name: 'simple',
  title: 'start some threads',
  explanation:
    'A Thread is given a function, and start() has it called in a thread of its own, beside the program. Nobody waits for the five here, ' +
    'but the program ends only when they have ended. Python: threading.Thread(target=worker).start().',
  expect: { stdout: ['Worker', 'Worker', 'Worker', 'Worker', 'Worker'] },
  mutation: { replace: 'i < 5', by: 'i < 4' },
};
