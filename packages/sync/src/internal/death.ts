import { shared } from './world.ts';

/*
 * Which threads have ended: a bit for each thread number, in memory that all threads share. It comes with the table of threads
 * (see thread-table.ts); as long as there is none, nobody is known to have ended.
 */
const register: { dead: Int32Array | undefined } = shared('death', () => ({ dead: undefined }));

/** From now on there is a register. */
export function useRegister(dead: Int32Array): void {
  register.dead ??= dead;
}

/** Whether the thread of that number has ended, as far as is known. */
export function isDead(ident: number): boolean {
  const { dead } = register;
  if (dead === undefined || ident >> 5 >= dead.length) return false;
  return (Atomics.load(dead, ident >> 5) & (1 << (ident & 31))) !== 0;
}

export function markDead(ident: number): void {
  const { dead } = register;
  if (dead !== undefined && ident >> 5 < dead.length) Atomics.or(dead, ident >> 5, 1 << (ident & 31));
}
