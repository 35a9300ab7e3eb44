import type { Scenario } from '../../framework/chapter.ts';
import { BOOLEANS } from './lines.ts';

export const lockReacquire: Scenario = {
  name: 'lock-reacquire',
  title: 'take a lock twice',
  explanation:
    'A lock does not care who holds it: taken again by the very thread that has it, it is not free. Without blocking: false, or ' +
    'tryAcquire(), the program would wait for itself. Python: Lock.acquire(blocking=False).',
  expect: { stdout: [/First try : [Tt]rue/, /Second try: [Ff]alse/] },
  mutation: { replace: 'Lock', by: 'RLock' },
  masks: BOOLEANS,
};
