import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';
import { logged } from './lines.ts';

export const lockWith: Scenario = {
  name: 'lock-with',
  title: 'a lock that is released in any case',
  explanation:
    'withSync takes the lock, calls a function and releases the lock, even if the function throws. The second worker does the same by ' +
    'hand, with try and finally. Python: with lock.',
  expect: {
    stdout: [],
    stderr: [
      inAnyOrder(
        logged('Thread-1 (managed)', 'Lock acquired via with'),
        logged('Thread-2 (explicit)', 'Lock acquired directly'),
      ),
    ],
  },
  mutation: { replace: 'lock.acquireSync();', by: '' },
};
