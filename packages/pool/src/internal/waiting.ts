import { constants, libc } from '@prac/libc';
import {
  ARMED,
  BELL,
  ENDED,
  EXPECTED,
  FIRST_SLOT,
  HIT,
  HITS,
  SLOT_WORDS,
  SLOTS,
  STATE,
  STOP,
  WHERE,
} from './async-waits.ts';

export interface HelperData {
  readonly words: Int32Array<SharedArrayBuffer>;
  readonly address: bigint;
  /** The first of the words by which it is told: see async-waits.ts. */
  readonly control: number;
}

const EXPECTED_ERRORS: readonly number[] = [constants.EAGAIN, constants.EINTR, constants.ETIMEDOUT];
const LOOK_MS = 5;

/** A process that ends waits for its threads: none of them sleeps longer. */
const SLICE_MS = 250;

/** The program of the thread that sleeps for others. */
export function wait(data: HelperData): void {
  const { words, control } = data;
  try {
    if (Atomics.load(words, control + STOP) === 0) sleepForOthers(data);
  } finally {
    Atomics.store(words, control + ENDED, 1);
    Atomics.notify(words, control + ENDED);
  }
}

function sleepForOthers({ words, address, control }: HelperData): void {
  const library = libc();
  const addressOf = (index: number): bigint => address + BigInt(4 * index);
  for (;;) {
    const bell = Atomics.load(words, control + BELL);
    if (Atomics.load(words, control + STOP) !== 0) return;
    const slots: number[] = [];
    let hasHit = false;
    for (let i = 0; i < SLOTS; i++) {
      const slot = control + FIRST_SLOT + SLOT_WORDS * i;
      if (Atomics.load(words, slot + STATE) !== ARMED) continue;
      if (Atomics.load(words, words[slot + WHERE]!) === words[slot + EXPECTED]) slots.push(slot);
      else hasHit = hit(slot) || hasHit;
    }
    if (hasHit) tell();
    const list = slots.map((slot) => [addressOf(words[slot + WHERE]!), words[slot + EXPECTED]!] as const);
    const woken = library.futexWaitAny([[addressOf(control + BELL), bell], ...list], SLICE_MS);
    if (woken > 0) {
      if (hit(slots[woken - 1]!)) tell();
      else library.futexWake(list[woken - 1]![0], 1); // it was given up meanwhile: the wake-up is for somebody else
    } else if (woken < 0 && !EXPECTED_ERRORS.includes(-woken)) {
      library.futexWait(addressOf(control + BELL), bell, LOOK_MS); // there is no such call here: look now and then
    }
  }

  function hit(slot: number): boolean {
    return Atomics.compareExchange(words, slot + STATE, ARMED, HIT) === ARMED;
  }

  function tell(): void {
    Atomics.add(words, control + HITS, 1);
    Atomics.notify(words, control + HITS);
  }
}
