import { shared } from './world.ts';

/** Runs when this thread ends: one listener of Node's for all. */
export const atExit: Set<() => void> = shared('atExit', () => {
  const all = new Set<() => void>();
  process.once('exit', () => {
    for (const fn of all) fn();
  });
  return all;
});
