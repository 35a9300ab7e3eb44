import { shared } from './world.ts';

/*
 * What is pickled may leave something behind for whoever opens it: descriptors, references to objects of a server. If the pickle does not get
 * there, that is undone.
 */
const state: { readonly undos: (() => void)[]; depth: number } = shared('giving', () => ({ undos: [], depth: 0 }));

/** Something was left behind. */
export function given(undo: () => void): void {
  if (state.depth > 0) state.undos.push(undo);
}

/** Pickles something. If that fails, nothing is left behind. @returns What undoes it; nothing if there is nothing to undo. */
export function giving<Result>(pickle: () => Result): readonly [pickled: Result, undo: (() => void) | undefined] {
  const { undos } = state;
  const before = undos.length;
  state.depth++;
  let pickled: Result;
  try {
    pickled = pickle();
  } catch (error) {
    for (const undo of undos.splice(before)) undo();
    throw error;
  } finally {
    state.depth--;
  }
  if (undos.length === before) return [pickled, undefined];
  const mine = undos.splice(before);
  const undoAll = (): void => {
    for (const undo of mine.splice(0)) undo();
  };
  return [pickled, undoAll];
}
