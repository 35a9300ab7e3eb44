import type { PresentChapter } from '../framework/chapter.ts';
import { asCompleted } from './scenarios/as-completed.ts';
import { brokenPool } from './scenarios/broken-pool.ts';
import { callback } from './scenarios/callback.ts';
import { cancel } from './scenarios/cancel.ts';
import { contextManager } from './scenarios/context-manager.ts';
import { exception } from './scenarios/exception.ts';
import { map } from './scenarios/map.ts';
import { processPool } from './scenarios/process-pool.ts';
import { submit } from './scenarios/submit.ts';

export const futures: PresentChapter = {
  name: 'futures',
  title: 'pools of workers, and results that are still to come',
  folder: import.meta.dirname,
  scenarios: [map, submit, asCompleted, callback, cancel, exception, contextManager, processPool, brokenPool],
};
