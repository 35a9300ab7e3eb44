import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';
import { BOOLEANS } from './lines.ts';

export const daemonJoinTimeout: Scenario = {
  name: 'daemon-join-timeout',
  title: 'wait for a daemon, but not for ever',
  explanation:
    'join takes a time limit in seconds. It does not tell whether the thread has ended or the time was up: isAlive does. Here the daemon ' +
    'needs longer, and the program ends without it. Python: Thread.join(1), Thread.is_alive().',
  expect: {
    stdout: [
      interleaved(['Starting daemon'], ['Starting non-daemon', 'Exiting non-daemon'], [/d\.is(_a|A)live\(\) [Tt]rue/]),
    ],
  },
  mutation: { replace: 'sleepSync(3)', by: 'sleepSync(0)' },
  masks: [...BOOLEANS, { pattern: /is_alive/g, by: 'isAlive' }],
};
