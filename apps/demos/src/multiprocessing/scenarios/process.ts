import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

const doubled = (n: number, name: string): RegExp =>
  new RegExp(`${n} doubled to ${2 * n} by process id: (?<${name}>\\d+)`);

export const process_: Scenario = {
  name: 'process',
  title: 'start some processes',
  explanation:
    'A Process is given a function, and start() has it called in another program beside this one: each line names another process. ' +
    'join() waits for the end of each. Python: multiprocessing.Process, start(), join().',
  expect: {
    stdout: [inAnyOrder(doubled(5, 'a'), doubled(10, 'b'), doubled(15, 'c'), doubled(20, 'd'), doubled(25, 'e'))],
  },
  mutation: { replace: 'number * 2', by: 'number * 3' },
  masks: [{ pattern: /process id: \d+/g, by: 'process id: <pid>' }],
};
