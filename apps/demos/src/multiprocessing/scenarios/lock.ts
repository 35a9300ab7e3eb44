import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

export const lock: Scenario = {
  name: 'lock',
  title: 'one process at a time',
  explanation:
    'Three processes share a lock: it goes along as an argument, and is the same one wherever it arrives. Nobody joins them, but the program ends ' +
    'only when they have. Python: multiprocessing.Lock.',
  expect: { stdout: [inAnyOrder('tango', 'foxtrot', '10')] },
  mutation: { replace: 'console.log(item)', by: 'console.log(typeof item)' },
};
