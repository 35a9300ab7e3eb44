import { asyncio } from './asyncio/index.ts';
import { cluster } from './cluster/index.ts';
import type { Chapter } from './framework/chapter.ts';
import { futures } from './futures/index.ts';
import { multiprocessing } from './multiprocessing/index.ts';
import { profile } from './profile/index.ts';
import { queue } from './queue/index.ts';
import { signal } from './signal/index.ts';
import { subprocess } from './subprocess/index.ts';
import { threading } from './threading/index.ts';

/** The practical, chapter by chapter. A chapter whose package is still to come says what it waits for. */
export const CHAPTERS: readonly Chapter[] = [
  profile,
  subprocess,
  signal,
  threading,
  queue,
  multiprocessing,
  futures,
  asyncio,
  cluster,
];
