import { shared } from './world.ts';

/*
 * What a process that is about to be started inherits: whatever is pickled for it may name descriptors of this process, which are its own
 * there, under the same numbers.
 */
const state: { descriptors: Set<number> | undefined } = shared('spawning', () => ({ descriptors: undefined }));

/** Pickles something for a process that is about to be started. */
export function forSpawning<Result>(pickle: () => Result): readonly [pickled: Result, descriptors: number[]] {
  const before = state.descriptors;
  const descriptors = new Set<number>();
  state.descriptors = descriptors;
  try {
    const pickled = pickle();
    return [pickled, [...descriptors]];
  } finally {
    state.descriptors = before;
  }
}

/** Whether what is pickled now goes to a process that is about to be started: it is told secrets, too. */
export function isSpawning(): boolean {
  return state.descriptors !== undefined;
}

/** Has the process inherit a descriptor. `false`: none is being started. */
export function inherit(descriptor: number): boolean {
  state.descriptors?.add(descriptor);
  return state.descriptors !== undefined;
}
