import type { Transferable } from 'node:worker_threads';
import { dumps, fromMessage, fromMessageAsync, loads, loadsSync, PicklingError, toMessage } from '@prac/pickle';
import { Decoder, Encoder, NOT_PLAIN } from '@prac/pickle/codec';
import { type Deposit, deposit, discard, newTicket, type Ticket, withdraw } from '@prac/sync/deposits';

/*
 * How an item lies in shared memory: a word that says what follows and how many words, then those.
 *
 *   item ── a small integer ──────────> INT │ the number itself
 *        ── data only (codec) ────────> DATA │ its words                       stands for itself
 *                                   └─> SHAPED │ producer │ shapes │ words     names of properties are known (see packer.ts)
 *        ── more than data (pickle) ──> PICKLE │ length in bytes │ its bytes
 *        ── no bytes (a message) ─────> PICKLE │ -1 │ ticket                    a lock, a port: the rest is at the hub (see handOver)
 */
export const INT = 0;
export const DATA = 1;
export const PICKLE = 2;
export const SHAPED = 3;
/** In place of the length of a pickle. */
const DEPOSITED = -1;
const KIND_BITS = 2;

/** An item on its way into the memory, or out of it: valid until the next one, unless it is kept. */
export interface Cargo {
  /** The word that comes first. */
  readonly head: number;
  /** What comes behind it, from `at` on; there may be more in the array. */
  readonly words: Int32Array;
  readonly at: number;
  /** What has to be left at the hub. */
  readonly deposit?: Deposit;
}

/** What is in an item beside the bytes. */
export interface PackOptions {
  /** What is handed over: ports, array buffers. */
  readonly transfer?: Iterable<Transferable> | null | undefined;
  /** Whether items are opened to be compared: nothing can be handed over then. */
  readonly compares?: boolean;
  /** Whether they go to other processes, too: what is no bytes is refused. */
  readonly bytesOnly?: boolean;
}

/** The number of words behind the first one. */
export function wordsBehind(head: number): number {
  return head >>> KIND_BITS;
}

export function kindOf(head: number): number {
  return head & ((1 << KIND_BITS) - 1);
}

/** @param count - How many of the words are the item's. */
export function cargo(kind: number, words: Int32Array, count: number): Cargo {
  if (count >= 2 ** (32 - KIND_BITS - 2)) throw new RangeError('the item is too big for a queue between threads');
  return { head: (count << KIND_BITS) | kind, words, at: 0 };
}

/** For good. */
export function keep({ head, words, at, deposit }: Cargo): Cargo {
  return { head, words: words.slice(at, at + wordsBehind(head)), at: 0, deposit };
}

/** One of the words behind the first. */
export function wordOf({ words, at }: Cargo, index: number): number {
  return words[at + index]!;
}

/** All of them, as bytes. */
export function bytesOf({ head, words, at }: Cargo): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset + 4 * at, 4 * wordsBehind(head));
}

/** Whether the rest of it is at the hub. */
export function isDeposited(cargo: Cargo): boolean {
  return kindOf(cargo.head) === PICKLE && wordOf(cargo, 0) === DEPOSITED;
}

function ticketOf(cargo: Cargo): Ticket {
  return { hub: wordOf(cargo, 1), owner: wordOf(cargo, 2), serial: wordOf(cargo, 3) };
}

/** Leaves the rest of some at the hub: there is room for them. @throws {DataCloneError} if something cannot be handed over. */
export function handOver(cargos: readonly Cargo[]): void {
  deposit(cargos.map((cargo) => ({ ticket: ticketOf(cargo), ...cargo.deposit! })));
}

/** Nobody will open it. */
export function throwAway(cargo: Cargo): void {
  if (isDeposited(cargo)) discard(ticketOf(cargo));
}

/** Opens it, and leaves it. */
export function look(cargo: Cargo): unknown {
  return isDeposited(cargo) ? fromMessage(withdraw(ticketOf(cargo), true)) : unpackAlone(cargo);
}

const encoder = new Encoder(false);
const decoder = new Decoder(false);
const int = new Int32Array(1);
const INT_CARGO: Cargo = cargo(INT, int, 1);
/** The word in front of a small integer. */
export const INT_HEAD: number = INT_CARGO.head;

/** Whether it is an integer of 32 bits. */
export function isInt(item: unknown): item is number {
  return typeof item === 'number' && (item | 0) === item && !Object.is(item, -0);
}

/** A small integer; nothing for what is none. */
export function packInt(item: unknown): Cargo | undefined {
  if (!isInt(item)) return undefined;
  int[0] = item;
  return INT_CARGO;
}

/** Encoders are at work: a getter of the item may put another one. */
let depth = 0;

/** Runs an encoder. Within, others must not use it. */
export function encoding<Result>(encode: () => Result): Result {
  depth++;
  try {
    return encode();
  } finally {
    depth--;
  }
}

export function isEncoding(): boolean {
  return depth > 0;
}

/** An item that stands for itself. @throws {PicklingError} if it cannot travel. */
export function packAlone(item: unknown, options: PackOptions = {}): Cargo {
  if (options.transfer != null) return packMessage(item, options);
  const own = isEncoding() ? new Encoder(false) : encoder;
  const count = encoding(() => own.encodeWords(item));
  if (count !== NOT_PLAIN) return cargo(DATA, own.takeWords(), count);
  let bytes: Uint8Array;
  try {
    bytes = dumps<unknown>(item, { name: 'item', here: options.bytesOnly !== true });
  } catch (error) {
    if (!(error instanceof PicklingError) || options.bytesOnly) throw error;
    return packMessage(item, options);
  }
  const words = new Int32Array(1 + ((bytes.length + 3) >> 2));
  words[0] = bytes.length;
  new Uint8Array(words.buffer, 4).set(bytes);
  return cargo(PICKLE, words, words.length);
}

/** What is no bytes. @throws {PicklingError} if it cannot go to another thread. */
export function packMessage(item: unknown, { transfer, compares }: PackOptions = {}): Cargo {
  const { message, transferList } = toMessage<unknown>(item, { name: 'item', transfer });
  if (compares && transferList.length > 0) {
    throw new PicklingError({
      path: 'item',
      reason: 'what is handed over cannot be compared with other items of a PriorityQueue',
      advice: 'use a Queue for it',
    });
  }
  const { hub, owner, serial } = newTicket();
  const words = Int32Array.of(DEPOSITED, hub, owner, serial);
  return { ...cargo(PICKLE, words, words.length), deposit: { message, transferList } };
}

/** The opposite of {@link packInt} and {@link packAlone}. */
export function unpackAlone(cargo: Cargo): unknown {
  const kind = kindOf(cargo.head);
  if (kind === INT) return wordOf(cargo, 0);
  if (kind === DATA) return decoder.decode(bytesOf(cargo));
  if (isDeposited(cargo)) return fromMessage(withdraw(ticketOf(cargo)));
  return loadsSync(pickleOf(cargo)); // a copy: what it imports may use a queue
}

/** Of a pickle, whose modules may have to be waited for. */
export function unpackAsync(cargo: Cargo): Promise<unknown> {
  return isDeposited(cargo) ? fromMessageAsync(withdraw(ticketOf(cargo))) : loads(pickleOf(cargo));
}

function pickleOf(cargo: Cargo): Uint8Array {
  const length = wordOf(cargo, 0);
  return bytesOf(cargo).slice(4, 4 + length);
}
