import type { Scenario } from '../../framework/chapter.ts';
import { interleaved } from '../../framework/expectation.ts';
import { logged } from './lines.ts';

function worker(name: string): RegExp[] {
  return [logged(name, 'No value yet'), logged(name, 'value=\\d{1,3}')];
}

export const local: Scenario = {
  name: 'local',
  title: 'an object with properties of each thread',
  explanation:
    'All threads are given the same object, and yet each sees only what it has put on it itself. The value that the main thread has set ' +
    'is not there for the others. Python: threading.local.',
  expect: {
    stdout: [],
    stderr: [
      logged('MainThread', 'No value yet'),
      logged('MainThread', 'value=1000'),
      interleaved(worker('Thread-1 (worker)'), worker('Thread-2 (worker)')),
    ],
  },
  mutation: { replace: 'new local()', by: '{} as local' },
  masks: [{ pattern: /value=\d{1,3}$/gm, by: 'value=<number>' }],
};
