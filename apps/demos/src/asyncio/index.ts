import type { PresentChapter } from '../framework/chapter.ts';
import { blockingTasks } from './scenarios/blocking-tasks.ts';
import { fetchPages } from './scenarios/fetch-pages.ts';
import { fetchPagesPause } from './scenarios/fetch-pages-pause.ts';
import { futureCallback } from './scenarios/future-callback.ts';
import { order } from './scenarios/order.ts';
import { runInExecutor } from './scenarios/run-in-executor.ts';
import { twoCoroutines } from './scenarios/two-coroutines.ts';

export const asyncio: PresentChapter = {
  name: 'asyncio',
  title: 'many conversations in one thread',
  folder: import.meta.dirname,
  scenarios: [twoCoroutines, blockingTasks, order, runInExecutor, futureCallback, fetchPages, fetchPagesPause],
};
