import type { Subject } from '../notices.ts';

/*
 * What a log is about, in memory that others can read: texts, one after the other, in lines of JSON.
 *
 *   │ LENGTH: of what is written, in bytes │ {"subject":0, …} │ {"task":0, …} │ {"name": …} │ …
 */
export type Name =
  | ({ readonly subject: number } & Subject)
  | { readonly task: number; readonly name: string }
  | { readonly name: string };

const HEADER_BYTES = 8;
const FIRST_BYTES = 2 ** 14;
const MOST_BYTES = 2 ** 26;

export class Names {
  readonly memory: SharedArrayBuffer = new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: MOST_BYTES });
  readonly #header = new Int32Array(this.memory, 0, 1);
  #length = 0;

  /** `false` if there is no room for it. */
  add(name: Name): boolean {
    const line = Buffer.from(`${JSON.stringify(name)}\n`);
    const end = HEADER_BYTES + this.#length + line.length;
    try {
      if (end > this.memory.byteLength)
        this.memory.grow(Math.min(MOST_BYTES, Math.max(end, 2 * this.memory.byteLength)));
    } catch {
      return false;
    }
    new Uint8Array(this.memory, HEADER_BYTES + this.#length, line.length).set(line);
    this.#length += line.length;
    Atomics.store(this.#header, 0, this.#length);
    return true;
  }
}

export function readNames(memory: SharedArrayBuffer): Name[] {
  const length = Atomics.load(new Int32Array(memory, 0, 1), 0);
  const text = Buffer.from(new Uint8Array(memory, HEADER_BYTES, length)).toString();
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Name);
}
