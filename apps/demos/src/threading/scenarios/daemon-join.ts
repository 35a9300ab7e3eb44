import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';

export const daemonJoin: Scenario = {
  name: 'daemon-join',
  title: 'wait for a daemon after all',
  explanation:
    'join waits until a thread has ended, a daemon too. So now the daemon has the time to say that it exits. ' +
    'Python: Thread.join().',
  expect: {
    stdout: [interleaved(['Starting daemon', 'Exiting daemon'], ['Starting non-daemon', 'Exiting non-daemon'])],
  },
  mutation: { replace: 'await d.join();', by: '' },
};
