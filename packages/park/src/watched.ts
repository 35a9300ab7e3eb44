import { currentTask } from './hooks.ts';
import type { Steps, Wait } from './wait.ts';

/** Who is in a wait that is watched. */
export interface Waiting {
  readonly task: object | undefined;
  /** A number of its own in this thread, from 1. */
  readonly wait: number;
}

let count = 0;
let acting: Waiting | undefined;

/**
 * A waiting loop of which somebody is told when it has to wait, and when that is over, whatever came of it.
 *
 * Its steps are run by whoever makes something ready, in that one's task: {@link actor} says meanwhile whose wait it is.
 */
export function* watched<T>(steps: Steps<T>, tell: (type: 'wait' | 'waited', waiting: Waiting) => void): Steps<T> {
  const me: Waiting = { task: actor().task, wait: ++count };
  const run = (step: () => IteratorResult<Wait, T>): IteratorResult<Wait, T> => {
    const before = acting;
    acting = me;
    try {
      return step();
    } finally {
      acting = before;
    }
  };
  let hasWaited = false;
  try {
    let result = run(() => steps.next());
    while (!result.done) {
      if (!hasWaited) tell('wait', me);
      hasWaited = true;
      try {
        yield result.value;
      } catch (reason) {
        result = run(() => steps.throw(reason));
        continue;
      }
      result = run(() => steps.next());
    }
    return result.value;
  } finally {
    steps.return(undefined as T); // if they are not at their end
    if (hasWaited) tell('waited', me);
  }
}

const NO_WAIT = 0;

/** Who does what is done now: the wait whose steps run, else the running task. */
export function actor(): Waiting {
  return acting ?? { task: currentTask(), wait: NO_WAIT };
}
