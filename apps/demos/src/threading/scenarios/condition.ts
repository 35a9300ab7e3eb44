import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';
import { allBefore, loggedWithTime, TIMES } from './lines.ts';

function consumer(name: string): RegExp[] {
  return [loggedWithTime(name, 'Starting consumer thread'), loggedWithTime(name, 'Resource is available to consumer')];
}

export const condition: Scenario = {
  name: 'condition',
  title: 'wait for a change under a lock',
  explanation:
    'A condition is a lock and a place to wait. To wait is to give the lock up until somebody notifies, and then to have it again; the ' +
    'producer notifies all who wait. Python: threading.Condition, wait() and notify_all().',
  expect: {
    stdout: [],
    stderr: [
      interleaved(consumer('c1'), consumer('c2'), [
        loggedWithTime('p', 'Starting producer thread'),
        loggedWithTime('p', 'Making resource available'),
      ]),
    ],
    facts: [
      fact('no consumer goes on before the producer has made the resource available', ({ stderr }) =>
        allBefore(stderr, /Making resource/, /Resource is/),
      ),
    ],
  },
  mutation: { replace: 'condition.waitSync();', by: '' },
  masks: [TIMES],
};
