import type { Scenario } from '../../framework/chapter.ts';
import { fact } from '../../framework/expectation.ts';

export const processPool: Scenario = {
  name: 'process-pool',
  title: 'the same with processes',
  explanation:
    'ProcessPoolExecutor is the same with processes. Each result tells in which of the two it was made. Python: ' +
    'concurrent.futures.ProcessPoolExecutor.',
  expect: {
    stdout: [...[5, 4, 3, 2, 1].map((n) => new RegExp(`task ${n} ran in process \\d+`)), /main is process \d+/],
    facts: [
      fact('none of them is that of the program, and there are two at most', ({ stdout }) => {
        const pids = new Set(stdout.match(/in process \d+/g));
        const main = stdout.match(/main is (process \d+)/)?.[1];
        return pids.size <= 2 && !pids.has(`in ${main}`);
      }),
    ],
  },
  mutation: { replace: 'ProcessPoolExecutor({', by: 'ThreadPoolExecutor({' },
  masks: [{ pattern: /process \d+/g, by: 'process <pid>' }],
};
