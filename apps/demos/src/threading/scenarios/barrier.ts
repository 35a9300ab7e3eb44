import type { Scenario } from '../../framework/chapter.ts';
import { fact, interleaved } from '../../framework/expectation.ts';
import { allBefore } from './lines.ts';

export const NAMES: readonly string[] = ['worker-0', 'worker-1', 'worker-2'];

export const barrier: Scenario = {
  name: 'barrier',
  title: 'a point where all wait for all',
  explanation:
    'Nobody passes the barrier until three have come to it, and then all three go on. Each gets another number, so that one of them can ' +
    'be told apart. Python: threading.Barrier, wait() and n_waiting.',
  expect: {
    stdout: [
      interleaved(
        NAMES.map((name) => `${name} starting`),
        ...NAMES.map((name) => [
          new RegExp(`${name} waiting for barrier with [0-2] others`),
          new RegExp(`${name} after barrier [0-2]`),
        ]),
      ),
    ],
    facts: [
      fact('nobody passes before all have come', ({ stdout }) => allBefore(stdout, / waiting /, / after /)),
      fact('each gets another number', ({ stdout }) => new Set(stdout.match(/after barrier \d/g)).size === 3),
    ],
  },
  mutation: { replace: 'Barrier(3)', by: 'Barrier(1)' },
  masks: [{ pattern: /after barrier \d/g, by: 'after barrier <number>' }],
};
