import { isGenerator } from '../coroutine.ts';
import { turn } from '../sleep.ts';

/** What a function has returned, to be awaited here: a generator is driven in the task that awaits it. */
export function driveHere<T>(returned: T | PromiseLike<T> | Generator<unknown, T, unknown>): T | PromiseLike<T> {
  return isGenerator<T>(returned) ? drive(returned) : returned;
}

async function drive<T>(generator: Generator<unknown, T, unknown>): Promise<T> {
  let step = generator.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await (step.value ?? turn);
    } catch (error) {
      step = generator.throw(error);
      continue;
    }
    step = generator.next(value);
  }
  return step.value;
}
