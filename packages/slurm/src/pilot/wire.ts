import type { Duplex } from 'node:stream';

/*
 * A message: its length, what it is, the task and the attempt it is about, then bytes.
 *
 *   u32 length of the rest │ u8 kind │ u32 id │ u32 attempt │ u32 function │ bytes
 */
export const HELLO = 1;
export const TASK = 2;
export const DONE = 3;
export const FAILED = 4;
export const PULSE = 5;
export const DRAIN = 6;
export const BYE = 7;
export const TAKE_BACK = 8;
export const RETURNED = 9;
/** Of the number that stands in place of a task's. */
export const FUNCTION = 10;
/** All results up to this attempt have come. */
export const ACK = 11;
/** Of a function: nobody will call it any more. */
export const FORGET = 12;
/** To the heartbeat: the other connection has broken. */
export const AGAIN = 13;

const LENGTH = 4;
const HEAD = 13;
const EMPTY = new Uint8Array(0);
/** What is larger is not copied. */
const LARGE = 16_384;
/** More is an attack, or a mistake. */
export const MOST_BYTES: number = 2 ** 31 - 64;

export type Receive = (kind: number, id: number, attempt: number, bytes: Uint8Array, fn: number) => void;

/** One end of a connection. */
export class Wire {
  readonly link: Duplex;
  /** Why it has broken, if it is known. */
  error: unknown;
  #parts: Buffer[] = [];
  #size = 0;
  #wanted = LENGTH;
  #outbox: Uint8Array[] = [];
  readonly #receive: Receive;

  constructor(link: Duplex, receive: Receive) {
    this.link = link;
    this.#receive = receive;
    link.on('data', (chunk: Buffer) => this.#take(chunk));
    link.on('error', (error) => {
      this.error = error;
      link.destroy(); // its end is heard of by 'close'
    });
  }

  get isOpen(): boolean {
    return !this.link.destroyed;
  }

  /** @param fn - For a task, the number of its function. */
  send(kind: number, id = 0, attempt = 0, bytes: Uint8Array = EMPTY, fn = 0): void {
    const head = Buffer.allocUnsafe(LENGTH + HEAD);
    head.writeUInt32LE(fn, 13);
    head.writeUInt32LE(HEAD + bytes.length, 0);
    head.writeUInt8(kind, 4);
    head.writeUInt32LE(id, 5);
    head.writeUInt32LE(attempt, 9);
    this.#outbox.push(head, bytes);
    if (this.#outbox.length === 2) process.nextTick(this.#flush);
  }

  /** All that is sent within a turn is one record of TLS, and one call of the system. */
  readonly #flush = (): void => {
    const all = this.#outbox;
    this.#outbox = [];
    const { link } = this;
    if (link.destroyed) return;
    let from = 0;
    link.cork();
    for (const [i, part] of all.entries()) {
      if (part.length < LARGE) continue; // the others are joined
      if (i > from) link.write(Buffer.concat(all.slice(from, i)));
      link.write(part);
      from = i + 1;
    }
    if (from < all.length) link.write(Buffer.concat(all.slice(from)));
    link.uncork();
  };

  /** Large messages come in many chunks: they are joined once. */
  #take(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const all = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    let at = 0;
    this.#wanted = LENGTH;
    while (all.length - at >= LENGTH) {
      const length = all.readUInt32LE(at);
      if (length < HEAD || length > MOST_BYTES) {
        this.link.destroy();
        return;
      }
      if (all.length - at - LENGTH < length) {
        this.#wanted = LENGTH + length;
        break;
      }
      const begin = at + LENGTH;
      at = begin + length;
      // A copy, aligned: what is in it may be read in place.
      const bytes = new Uint8Array(all.subarray(begin + HEAD, at));
      const [id, attempt, fn] = [all.readUInt32LE(begin + 1), all.readUInt32LE(begin + 5), all.readUInt32LE(begin + 9)];
      this.#receive(all.readUInt8(begin), id, attempt, bytes, fn);
    }
    const rest = all.subarray(at);
    this.#parts = rest.length === 0 ? [] : [rest];
    this.#size = rest.length;
  }
}
