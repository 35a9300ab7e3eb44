import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';

export const threads: Scenario = {
  name: 'threads',
  title: 'a signal that another thread waits for',
  explanation:
    'Handlers run on the main thread only, whichever thread the signal was sent from. So the thread that pauses is never woken, and ' +
    'an alarm without a handler ends the program. Python: signal.pause, os.kill, signal.alarm.',
  expect: {
    stdout: [
      'Waiting for signal in receiver',
      interleaved(['Sending signal in sender', 'Waiting for receiver'], ['Received signal 10 in MainThread']),
    ],
    exitCode: -14,
  },
  mutation: { replace: 'alarm(2)', by: 'process.exit()' },
};
