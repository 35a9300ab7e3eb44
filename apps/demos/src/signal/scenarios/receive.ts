import type { Scenario } from '../../framework/chapter.ts';
import { repeated } from '../../framework/expectation.ts';

export const receive: Scenario = {
  name: 'receive',
  title: 'receive signals while blocked',
  explanation:
    'The program sleeps, and its handlers run inside the sleep, which then goes on. Ctrl-C is a signal too: its handler throws ' +
    'KeyboardInterrupt out of the sleep, and nobody catches it. Python: signal.signal, time.sleep.',
  signals: [
    { after: 'Waiting...', send: 'SIGUSR1' },
    { after: 'Received: 10', send: 'SIGUSR2' },
    { after: 'Received: 12', send: 'SIGINT' },
  ],
  expect: {
    stdout: [/My PID is: \d+/, 'Waiting...', 'Received: 10', 'Received: 12'],
    stderr: [repeated(/.*/, { including: [/KeyboardInterrupt.*/] })],
    exitCode: -2,
  },
  mutation: { replace: 'SIGINT, defaultIntHandler', by: 'SIGINT, receiveSignal' },
  timeLimit: 15,
  masks: [
    { pattern: /PID is: \d+/g, by: 'PID is: <pid>' },
    { pattern: /^(?!.*KeyboardInterrupt).*\n/gm, by: '' },
  ],
};
