import type { Steps } from '@prac/park';

/** Runs steps to their end, whatever is thrown into them meanwhile (an abort, a signal's handler): that is thrown afterwards. */
export function* uninterrupted<Result>(steps: Steps<Result>): Steps<Result> {
  let interruption: { readonly reason: unknown } | undefined;
  let step = steps.next();
  while (!step.done) {
    try {
      yield step.value;
    } catch (reason) {
      interruption ??= { reason };
    }
    step = steps.next();
  }
  if (interruption !== undefined) throw interruption.reason;
  return step.value;
}
