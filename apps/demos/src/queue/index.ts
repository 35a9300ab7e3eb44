import type { PresentChapter } from '../framework/chapter.ts';
import { serialFetch } from './scenarios/serial-fetch.ts';
import { threadedFetch } from './scenarios/threaded-fetch.ts';

export const queue: PresentChapter = {
  name: 'queue',
  title: 'work handed from thread to thread',
  folder: import.meta.dirname,
  scenarios: [serialFetch, threadedFetch],
};
