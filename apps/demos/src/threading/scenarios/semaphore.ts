import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';
import { loggedWithTime, TIMES } from './lines.ts';

function worker(name: string): RegExp[] {
  return [
    loggedWithTime(name, 'Waiting to join the pool'),
    loggedWithTime(name, `Running: \\[.*'${name}'.*\\]`),
    loggedWithTime(name, `Running: \\[[^${name}]*\\]`),
  ];
}

export const semaphore: Scenario = {
  name: 'semaphore',
  title: 'two at a time',
  explanation:
    'A semaphore is a lock that several may hold: here two, as if there were two connections and four who want one. The pool keeps the ' +
    'names of those who are in, under a lock of its own. Python: threading.Semaphore(2).',
  expect: {
    stdout: [],
    stderr: [interleaved(...['0', '1', '2', '3'].map(worker))],
    facts: [
      fact('there are two in the pool at some time, and never more', ({ stderr }) => {
        const sizes = stderr.match(/\[.*\]/g)?.map((names) => names.match(/'\d'/g)?.length ?? 0) ?? [];
        return Math.max(...sizes) === 2;
      }),
    ],
  },
  mutation: { replace: 'Semaphore(2)', by: 'Semaphore(4)' },
  masks: [TIMES, { pattern: /\[.*\]/g, by: '[<names>]' }],
};
