import { FIRST_WORDS, type Home, PLACES, type Place, STORE_PLACE, WORDS } from '@prac/queue/base';
import { arena } from './arena.ts';
import { type ProcessMemory, processMemory } from './process-memory.ts';

/*
 * Where a queue of processes is: its words in a cell of the arena, its items elsewhere in it. What has to grow moves to a place that is twice
 * as big, and notes that in one of the queue's words. The items before are given back: they are read under the queue's lock only. The log of
 * its packer is left as it is, since somebody may still read it.
 */
export function queueHome(memory: ProcessMemory = processMemory(WORDS)): Home & { readonly memory: ProcessMemory } {
  return { memory, place: (word) => placeOf(memory.words, word) };
}

function placeOf(words: Int32Array, word: number): Place {
  const { words: all } = arena();
  return {
    buffer: all.buffer,
    get start() {
      return Atomics.load(words, word);
    },
    first: FIRST_WORDS,
    most: all.length >> 1,
    move(before, length) {
      try {
        const at = arena().allocate(length, word === STORE_PLACE);
        all.set(before, at);
        const old = Atomics.exchange(words, word, at);
        if (word === STORE_PLACE && before.length > 0) arena().free(old, before.length);
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** Gives back all that a queue is made of, when nobody has it any more. */
export function freeQueue(at: number, count: number): void {
  const { words } = arena();
  for (const { place, capacity } of PLACES) {
    const length = words[at + capacity]!;
    if (length > 0) arena().free(words[at + place]!, length);
  }
  arena().free(at, count);
}
