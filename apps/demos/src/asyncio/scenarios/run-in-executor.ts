import type { Scenario } from '../../framework/chapter.ts';
import { DONE_IN_ANY_ORDER } from './tasks-done.ts';

export const runInExecutor: Scenario = {
  name: 'run-in-executor',
  title: 'functions that block, awaited',
  explanation:
    'Functions that block their thread are called in the threads of an executor, and awaited as coroutines are. Meanwhile the event loop goes on. Python: loop.run_in_executor, ' +
    'concurrent.futures.ThreadPoolExecutor.',
  expect: {
    stdout: ['Asynchronous threads:', DONE_IN_ANY_ORDER, 'Asynchronous using coroutines:', DONE_IN_ANY_ORDER],
  },
  mutation: { replace: 'ensureFuture(() => taskCoro(i))', by: 'ensureFuture(() => taskCoro(i + 1))' },
  masks: [{ pattern: /Task \d done/g, by: 'Task <n> done' }],
};
