import type { Process } from '../process.ts';
import { callProcess } from './identity.ts';
import { shared } from './world.ts';

/*
 * Which process this is, as this thread knows it, and those that it has started.
 */
interface Family {
  /** Nothing: the process that was not started by this package. */
  me: Process | undefined;
  lineage: readonly number[];
  daemon: boolean;
  /** Made when it is needed. */
  authkey: Uint8Array | undefined;
  parent: { readonly name: string; readonly pid: number } | undefined;
  /** How many it has started, or made. */
  count: number;
  readonly children: Set<Process>;
}

export const family: Family = shared('family', () => ({
  me: undefined,
  lineage: [],
  daemon: false,
  authkey: undefined,
  parent: undefined,
  count: 0,
  children: new Set<Process>(),
}));

/** The key of this program. */
export function authkey(): Uint8Array {
  family.authkey ??= crypto.getRandomValues(new Uint8Array(32));
  return family.authkey;
}

/** The place of the next process that is made. */
export function nextLineage(): number[] {
  return [...family.lineage, ++family.count];
}

/** From now on this is the process. */
export function becomeProcess(
  process: Process,
  about: Pick<Family, 'lineage' | 'daemon' | 'authkey' | 'parent'>,
): void {
  Object.assign(family, about, { me: process });
  callProcess(process.name);
}
