import { createTask, Future, type Task } from '@prac/asyncio';

/** A task that waits for something that never comes. */
export function sleeper(log: string[] = []): Task<string> {
  return createTask(async () => {
    try {
      await new Future<void>();
      return 'never';
    } finally {
      log.push('tidied up');
    }
  });
}
