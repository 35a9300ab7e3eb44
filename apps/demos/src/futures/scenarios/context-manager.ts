import type { Scenario } from '../../framework/chapter.ts';
import { inAnyOrder } from '../../framework/expectation.ts';

export const contextManager: Scenario = {
  name: 'context-manager',
  title: 'at the end of the block',
  explanation:
    '`await using` waits at the end of the block until all that was submitted is done. Nothing has to be closed by hand. Python: with ThreadPoolExecutor() as executor.',
  expect: {
    stdout: ['main: starting', inAnyOrder('1', '2', '3', '4'), 'main: done'],
  },
  mutation: { replace: 'await using executor', by: 'const executor' },
};
