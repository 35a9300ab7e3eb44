import type { Steps, Waitable } from './wait.ts';

/** Runs several waiting loops side by side, as one. If one of them fails, the others are ended where they are. */
export function* together<T>(all: readonly Steps<T>[]): Steps<T[]> {
  const results: T[] = [];
  const open = new Map(all.map((steps, i) => [i, steps]));
  try {
    for (;;) {
      const on = new Set<Waitable>();
      let deadline = Number.POSITIVE_INFINITY;
      for (const [i, steps] of open) {
        const step = steps.next();
        if (step.done) {
          results[i] = step.value;
          open.delete(i);
        } else {
          for (const waitable of step.value.on) on.add(waitable);
          deadline = Math.min(deadline, step.value.deadline);
        }
      }
      if (open.size === 0) return results;
      yield { on: [...on], deadline };
    }
  } finally {
    for (const steps of open.values()) steps.return([] as never);
  }
}
