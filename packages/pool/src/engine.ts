// What executors are made of: who gives tasks to threads or processes, and settles them. For packages of this project.
export type { BlockingWait } from './async-result.ts';
export {
  type Answers,
  Engine,
  type EngineOptions,
  type Job,
  type Limits,
  type Worker,
} from './engine/engine.ts';
export { type JobLimits, limitsOf } from './engine/limits.ts';
export { type Answer, APPLY, MAP, STARMAP } from './engine/messages.ts';
export { type Beginning, processWorker } from './engine/process-worker.ts';
export { type Source, sourceOf } from './engine/sources.ts';
export { threadWorker } from './engine/thread-worker.ts';
