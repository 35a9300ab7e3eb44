import type { Chapter } from './framework/chapter.ts';
import { futures } from './futures/index.ts';
import { multiprocessing } from './multiprocessing/index.ts';
import { profile } from './profile/index.ts';
import { queue } from './queue/index.ts';
import { signal } from './signal/index.ts';
import { subprocess } from './subprocess/index.ts';
import { threading } from './threading/index.ts';

/** The practical, chapter by chapter. A chapter that gets its programs becomes an import, as `subprocess` is. */
export const CHAPTERS: readonly Chapter[] = [
  profile,
  subprocess,
  signal,
  threading,
  queue,
  multiprocessing,
  futures,
  {
    name: 'asyncio',
    title: 'many conversations in one thread',
    needs: ['@prac/asyncio', '@prac/futures'],
    scenarios: [
      'two-coroutines',
      'blocking-tasks',
      'order',
      'run-in-executor',
      'future-callback',
      'fetch-pages',
      'fetch-pages-pause',
    ],
  },
  { name: 'cluster', title: 'jobs on a Slurm cluster', needs: ['@prac/slurm'], scenarios: ['batch', 'interactive'] },
];
