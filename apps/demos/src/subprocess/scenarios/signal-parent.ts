import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';

export const signalParent: Scenario = {
  name: 'signal-parent',
  title: 'send a signal to a program',
  explanation:
    'The parent starts a child, gives it two seconds to get ready, and sends it SIGUSR1; the child has a handler for it. Without the ' +
    'handler the signal would have ended the child. Python: Popen.send_signal, or os.kill(child.pid, signal.SIGUSR1).',
  companions: ['signal-child'],
  expect: {
    stdout: [
      interleaved(
        ['PARENT      : Pausing before sending signal...', 'PARENT      : Signaling child'],
        [
          /CHILD +(?<pid>\d+): Setting up signal handler/,
          /CHILD +(?<pid>\d+): Pausing to wait for signal/,
          /CHILD +(?<pid>\d+): Received USR1/,
        ],
      ),
    ],
    facts: [
      fact('the child receives the signal after the parent has sent it', ({ stdout }) => {
        return stdout.indexOf('Received USR1') > stdout.indexOf('Signaling child');
      }),
    ],
  },
  mutation: { replace: "'SIGUSR1'", by: "'SIGTERM'" },
  masks: [{ pattern: /CHILD +\d+/g, by: 'CHILD <pid>' }],
};
