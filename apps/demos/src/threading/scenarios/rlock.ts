import type { Scenario } from '../../framework/chapter.ts';
import { BOOLEANS } from './lines.ts';

export const rlock: Scenario = {
  name: 'rlock',
  title: 'a lock that may be taken twice',
  explanation:
    'A re-entrant lock knows who holds it, and lets the same thread take it again. It is free when it was released as often as it was ' +
    'taken. Python: threading.RLock.',
  expect: { stdout: [/First try : [Tt]rue/, /Second try: [Tt]rue/] },
  mutation: { replace: 'RLock', by: 'Lock' },
  masks: BOOLEANS,
};
