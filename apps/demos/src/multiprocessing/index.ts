import type { PresentChapter } from '../framework/chapter.ts';
import { applyAsync } from './scenarios/apply-async.ts';
import { currentProcess } from './scenarios/current-process.ts';
import { lock } from './scenarios/lock.ts';
import { logToStderr } from './scenarios/log-to-stderr.ts';
import { poolMap } from './scenarios/pool-map.ts';
import { process_ } from './scenarios/process.ts';
import { putAndGet } from './scenarios/put-and-get.ts';

export const multiprocessing: PresentChapter = {
  name: 'multiprocessing',
  title: 'processes used like threads',
  folder: import.meta.dirname,
  scenarios: [process_, currentProcess, lock, logToStderr, poolMap, applyAsync, putAndGet],
};
