import type { Scenario } from '../../framework/chapter.ts';
import { type Fact, fact, repeated } from '../../framework/expectation.ts';
import { splitLines } from '../../framework/lines.ts';
import { logged } from './lines.ts';

const HOLDER = logged('LockHolder', '(Starting|(Not h|H)olding)').source;
const WORKER = logged(
  'Worker',
  '(Starting|Trying to acquire|Iteration \\d+: (Not a|A)cquired|Done after \\d+ iterations)',
);

/** What the worker says, without its name. */
function worker(stderr: string): string[] {
  return splitLines(stderr).flatMap((line) => /^\(Worker {4}\) (.*)/.exec(line)?.slice(1) ?? []);
}

const isNeverAcquiredTwice: Fact['holds'] = ({ stderr }) => {
  let isHeld = false;
  return splitLines(stderr).every((line) => {
    if (line.endsWith('olding')) isHeld = line.includes(') Holding');
    return !(isHeld && line.includes(': Acquired'));
  });
};

const countsItsTries: Fact['holds'] = ({ stderr }) => {
  const [starting, ...lines] = worker(stderr);
  const done = lines.pop();
  const tries = lines.length / 2;
  const isPair = (i: number): boolean =>
    lines[2 * i] === 'Trying to acquire' && lines[2 * i + 1]?.startsWith(`Iteration ${i + 1}: `) === true;
  const acquired = lines.filter((line) => line.endsWith(': Acquired'));
  return (
    starting === 'Starting' &&
    done === `Done after ${tries} iterations` &&
    Array.from({ length: tries }, (_, i) => isPair(i)).every(Boolean) &&
    acquired.length === 3 &&
    lines.at(-1) === acquired.at(-1)
  );
};

export const lockNoblock: Scenario = {
  name: 'lock-noblock',
  title: 'take a lock only if it is free',
  explanation:
    'A daemon holds the lock half of the time. The worker does not want to wait for it: it tries, hears at once whether it has the lock, ' +
    'and tries again later until that has worked three times. Python: Lock.acquire(blocking=False).',
  expect: {
    stdout: [],
    stderr: [repeated(new RegExp(`${HOLDER}|${WORKER.source}`), { including: [logged('LockHolder', 'Holding')] })],
    facts: [
      fact('the worker never has the lock while the daemon holds it', isNeverAcquiredTwice),
      fact('the worker counts its tries, and stops when it had the lock for the third time', countsItsTries),
    ],
  },
  mutation: { replace: 'acquired < 3', by: 'acquired < 2' },
  masks: [
    // How many tries it takes is up to chance.
    { pattern: /^\(LockHolder\) .*\n|^\(Worker {4}\) (Trying|Iteration) .*\n/gm, by: '' },
    { pattern: /after \d+ iterations/g, by: 'after <n> iterations' },
  ],
};
