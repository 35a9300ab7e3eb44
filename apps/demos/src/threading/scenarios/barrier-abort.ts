import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';
import { NAMES } from './barrier.ts';
import { allBefore } from './lines.ts';

export const barrierAbort: Scenario = {
  name: 'barrier-abort',
  title: 'give up a barrier that will never fill',
  explanation:
    'This barrier waits for four, and only three will come. abort breaks it: whoever waits at it gets a BrokenBarrierError, and can tidy ' +
    'up. Python: Barrier.abort(), threading.BrokenBarrierError.',
  expect: {
    stdout: [
      interleaved(
        NAMES.map((name) => `${name} starting`),
        ...NAMES.map((name) => [new RegExp(`${name} waiting for barrier with [0-2] others`), `${name} aborting`]),
      ),
    ],
    facts: [fact('nobody gives up before all are started', ({ stdout }) => allBefore(stdout, /starting/, /aborting/))],
  },
  mutation: { replace: 'Barrier(4)', by: 'Barrier(1)' },
};
