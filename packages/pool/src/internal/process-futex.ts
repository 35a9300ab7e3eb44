import { constants, libc } from '@prac/libc';
import type { Futex } from '@prac/park';
import { arena } from './arena.ts';
import { AsyncWaits } from './async-waits.ts';
import { shared } from './world.ts';

/*
 * Sleeping on words of the arena, and waking who sleeps: futex(2), which knows a word by its page, whichever process has it where.
 *
 * A signal ends a sleep: the handler is due a moment later, and the waiting loop runs it before it sleeps again.
 */
const { EINTR } = constants;
const SPINS = 100;
/** Until the handler of a signal that has interrupted us is due. */
const MOMENT_MS = 1;
const NAP = new Int32Array(new SharedArrayBuffer(4));

const state: { waits: AsyncWaits | undefined } = shared('waits', () => ({ waits: undefined }));

function addressOf(words: Int32Array, index: number): bigint {
  return arena().address + BigInt(words.byteOffset + 4 * index);
}

export const processFutex: Futex = {
  wait(words, index, expected, milliseconds) {
    for (let i = 0; i < SPINS; i++) if (Atomics.load(words, index) !== expected) return;
    if (libc().futexWait(addressOf(words, index), expected, milliseconds) === -EINTR)
      Atomics.wait(NAP, 0, 0, MOMENT_MS);
  },
  waitAsync(words, index, expected, milliseconds, callback) {
    state.waits ??= new AsyncWaits(arena());
    state.waits.add((words.byteOffset >> 2) + index, expected, milliseconds, callback);
  },
  notify(words, index, count) {
    libc().futexWake(addressOf(words, index), count);
  },
};
