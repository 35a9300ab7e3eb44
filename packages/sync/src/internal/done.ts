/** What an acquire that need not wait returns: one promise for all, which costs nothing to make. */
export const ACQUIRED: Promise<true> = Promise.resolve(true);
export const NOT_ACQUIRED: Promise<false> = Promise.resolve(false);
