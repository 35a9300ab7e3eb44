import type { Scenario } from '../../framework/chapter.ts';
import { repeated } from '../../framework/expectation.ts';
import { TABLE, table } from '../../profile/scenarios/table.ts';
import { HOSTS } from './hosts.ts';

export const threadedFetch: Scenario = {
  name: 'threaded-fetch',
  title: 'three pages at once, by way of a queue',
  explanation:
    'Three threads wait for hosts to come out of a queue, fetch their pages, and say of each that it has been dealt with; the main thread puts the hosts ' +
    'in, and waits until all have been. The servers give no page before all three have been asked for, or two seconds have passed: so it shows ' +
    'that they were, at once. Python: queue.Queue, task_done, join, threading.Thread.',
  expect: {
    stdout: [
      repeated(/^Fetched: http:\/\/127\.0\.0\.1:\d+\/$/, { atLeast: 3 }),
      ...table(['1', /fetch_?pages/i]),
      'Pages at once: 3',
    ],
  },
  mutation: { replace: 'for (const _ of hosts) new', by: 'new' },
  masks: [HOSTS, TABLE],
};
