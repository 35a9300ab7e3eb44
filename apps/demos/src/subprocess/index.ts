import type { PresentChapter } from '../framework/chapter.ts';
import { capture } from './scenarios/capture.ts';
import { check } from './scenarios/check.ts';
import { pipes } from './scenarios/pipes.ts';
import { popenRead } from './scenarios/popen-read.ts';
import { popenWrite } from './scenarios/popen-write.ts';
import { popen2 } from './scenarios/popen2.ts';
import { run } from './scenarios/run.ts';
import { signalParent } from './scenarios/signal-parent.ts';

export const subprocess: PresentChapter = {
  name: 'subprocess',
  title: 'other programs: run them, feed them, read them, signal them',
  folder: import.meta.dirname,
  scenarios: [run, check, capture, popenRead, popenWrite, popen2, pipes, signalParent],
};
