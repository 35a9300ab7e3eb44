import type { PresentChapter } from '../framework/chapter.ts';
import { alarmInThread } from './scenarios/alarm-in-thread.ts';
import { receive } from './scenarios/receive.ts';
import { threads } from './scenarios/threads.ts';

export const signal: PresentChapter = {
  name: 'signal',
  title: 'asynchronous events from the system',
  folder: import.meta.dirname,
  scenarios: [receive, threads, alarmInThread],
};
