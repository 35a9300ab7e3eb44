import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';
import { allBefore, BOOLEANS, logged } from './lines.ts';

export const event: Scenario = {
  name: 'event',
  title: 'wait until something has happened',
  explanation:
    'An event is a flag that one thread sets and others wait for. One thread here waits for as long as it takes, the other for two ' +
    'seconds at a time, so that it could do something else in between. Python: threading.Event.',
  expect: {
    stdout: [],
    stderr: [
      interleaved(
        [logged('block', 'wait_for_event starting'), logged('block', 'event set: [Tt]rue')],
        [
          logged('nonblock', 'wait_for_event_timeout starting'),
          logged('nonblock', 'event set: [Tt]rue'),
          logged('nonblock', 'processing event'),
        ],
        [logged('MainThread', 'Waiting before calling Event\\.set\\(\\)'), logged('MainThread', 'Event is set')],
      ),
    ],
    facts: [
      fact('nobody goes on before the event is set', ({ stderr }) => allBefore(stderr, /Waiting|starting/, /[Tt]rue$/)),
    ],
  },
  mutation: { replace: 'args: [event, 2]', by: 'args: [event, 0.2]' },
  masks: BOOLEANS,
};
