import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import type { Process } from '../process.ts';
import { callProcess } from './identity.ts';
import { shared } from './world.ts';

/*
 * Which process this is, and those that it has started. Threads know it from the thread that has started them.
 */
interface About {
  readonly name: string;
  readonly lineage: readonly number[];
  readonly daemon: boolean;
  readonly authkey: Uint8Array;
  readonly parent: { readonly name: string; readonly pid: number } | undefined;
  /** What its threads have in common: see {@link COUNT}, {@link ARENA}. */
  readonly words: Int32Array;
}

interface Family {
  about: About;
  /** Nothing: the process that was not started by this package, or this is a thread that has not asked. */
  me: Process | undefined;
  readonly children: Set<Process>;
}

const KEY = 'prac.pool/1 about';
/** How many processes it has started, or made. */
const COUNT = 0;
/** Who makes the arena: see arena.ts. */
export const ARENA = 1;

export const family: Family = shared('family', () => {
  const known = isMainThread ? undefined : (getEnvironmentData(KEY) as About | undefined);
  const about = known ?? {
    name: 'MainProcess',
    lineage: [],
    daemon: false,
    authkey: crypto.getRandomValues(new Uint8Array(32)),
    parent: undefined,
    words: new Int32Array(new SharedArrayBuffer(8)),
  };
  if (known === undefined) setEnvironmentData(KEY, about as never);
  callProcess(about.name);
  return { about, me: undefined, children: new Set<Process>() };
});

/** The key of this program. */
export function authkey(): Uint8Array {
  return family.about.authkey;
}

/** The place of the next process that is made. */
export function nextLineage(): number[] {
  return [...family.about.lineage, Atomics.add(family.about.words, COUNT, 1) + 1];
}

/** From now on this is the process. */
export function becomeProcess(process: Process, about: Partial<Omit<About, 'words'>>): void {
  family.me = process;
  learn({ ...about, name: process.name });
}

/** Threads that are started from now on know it, too. */
export function learn(about: Partial<Omit<About, 'words'>>): void {
  family.about = { ...family.about, ...about };
  setEnvironmentData(KEY, family.about as never);
  callProcess(family.about.name);
}
