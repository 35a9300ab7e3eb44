import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';
import { logged } from './lines.ts';

function worker(name: string): RegExp[] {
  const round = ['Sleeping [01]\\.\\d\\d', 'Waiting for lock', 'Acquired lock'];
  return [...round, ...round, 'Done'].map((text) => logged(name, text));
}

export const lock: Scenario = {
  name: 'lock',
  title: 'one at a time',
  explanation:
    'To add one is to read, to add and to write: if two threads do it at once, one of the additions can get lost. A lock is held by one ' +
    'thread at a time, and the others wait for it. Python: threading.Lock, acquire() and release().',
  expect: {
    stdout: [],
    stderr: [
      interleaved(
        [logged('MainThread', 'Waiting for worker threads')],
        worker('Thread-1 (worker)'),
        worker('Thread-2 (worker)'),
      ),
      logged('MainThread', 'Counter: 4'),
    ],
  },
  mutation: { replace: 'value += 1', by: 'value += 0' },
  masks: [{ pattern: /Sleeping [\d.]+/g, by: 'Sleeping <time>' }],
};
