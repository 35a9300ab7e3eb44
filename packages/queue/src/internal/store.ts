import type { Cargo } from './cargo.ts';

/** What holds the items of a queue that threads share. All of it happens under the queue's lock. */
export interface Store {
  /** Memory that goes along to other threads. */
  readonly buffers: readonly SharedArrayBuffer[];
  /** @throws {MemoryError} if there is no room left; the cargo is not in it then. */
  put(cargo: Cargo, item: unknown): void;
  /** Puts small integers, of a list from one place on: one at least, up to another. Where it has come to. @throws as {@link put}. */
  putInts(list: readonly number[], start: number, end: number): number;
  /** The first word of the next one. There is one. */
  peek(): number;
  /** The next one, which leaves it; valid until the next call. There is one. */
  take(): Cargo;
  /** Appends small integers to a list, if such are the next: at most so many. Whether there was one. */
  takeInts(list: number[], most: number): boolean;
  /** Throws all away. */
  clear(): void;
  /** How many there really are, after somebody died while he held the lock. */
  recount(): number;
}

/** Words of the queue that a store may use as it likes, all 0 at first. */
export interface StoreWords {
  readonly words: Int32Array;
  readonly first: number;
  /** Opens what is in the store, to be compared; it stays there. */
  readonly look: (cargo: Cargo) => unknown;
}
