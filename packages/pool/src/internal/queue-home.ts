import { FIRST_WORDS, type Home, type Place, WORDS } from '@prac/queue/base';
import { arena } from './arena.ts';
import { type ProcessMemory, processMemory } from './process-memory.ts';

/*
 * Where a queue of processes is: its words in a cell of the arena, its items elsewhere in it. What has to grow moves to a place that is twice
 * as big, and notes that in one of the queue's words; the one before is left as it is, since somebody may still read it.
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
        const at = arena().allocate(length);
        all.set(before, at);
        Atomics.store(words, word, at);
        return true;
      } catch {
        return false;
      }
    },
  };
}
