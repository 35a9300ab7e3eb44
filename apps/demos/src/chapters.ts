import { asyncio } from './asyncio/index.ts';
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
  asyncio,
  { name: 'cluster', title: 'jobs on a Slurm cluster', needs: ['@prac/slurm'], scenarios: ['batch', 'interactive'] },
];
