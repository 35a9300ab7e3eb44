import type { PresentChapter } from '../framework/chapter.ts';
import { batch } from './scenarios/batch.ts';
import { interactive } from './scenarios/interactive.ts';

export const cluster: PresentChapter = {
  name: 'cluster',
  title: 'jobs on a Slurm cluster',
  folder: import.meta.dirname,
  scenarios: [batch, interactive],
};
