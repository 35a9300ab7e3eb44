import type { Scenario } from '../../framework/chapter.ts';
import { DONE, DONE_IN_ANY_ORDER } from './tasks-done.ts';

export const order: Scenario = {
  name: 'order',
  title: 'in order, and in any order',
  explanation:
    'Nine tasks wait for a random time. One after the other they end in their order; at once, in that of their times. Python: asyncio.ensure_future, wait.',
  expect: { stdout: ['Synchronous:', ...DONE, 'Asynchronous:', DONE_IN_ANY_ORDER] },
  mutation: { replace: 'for (const i of NUMBERS) task(i);', by: 'for (const i of NUMBERS.toReversed()) task(i);' },
  masks: [{ pattern: /Task \d done/g, by: 'Task <n> done' }],
};
