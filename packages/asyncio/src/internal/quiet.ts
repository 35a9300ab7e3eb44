const noop = (): void => {};

/** Nobody need await it: what it is rejected with is of interest to who does. A wait that is left over when its task ends is cancelled. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(noop);
  return promise;
}

/** Of what need not wait. */
export const DONE: Promise<true> = Promise.resolve(true);
