const FIRST = 1024;
/** So many bytes are kept when there are none. */
const MOST_KEPT = 2 ** 18;

/** Bytes, first in, first out, in memory that doubles. */
export class Bytes {
  #memory: Buffer = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#end - this.#start;
  }

  push(data: Uint8Array): void {
    if (this.#end + data.length > this.#memory.length) this.#makeRoom(data.length);
    this.#memory.set(data, this.#end);
    this.#end += data.length;
  }

  /** Their copy. */
  take(n: number): Buffer {
    const taken = Buffer.from(this.#memory.subarray(this.#start, this.#start + n));
    this.#start += n;
    if (this.#start === this.#end) {
      this.#start = 0;
      this.#end = 0;
      if (this.#memory.length > MOST_KEPT) this.#memory = Buffer.alloc(0);
    }
    return taken;
  }

  /** Where something is, from an offset on; -1 if it is not there. */
  indexOf(searched: Buffer, offset: number): number {
    return this.#memory.subarray(this.#start, this.#end).indexOf(searched, offset);
  }

  #makeRoom(more: number): void {
    const { length } = this;
    const needed = length + more;
    const isEnough = needed <= this.#memory.length / 2;
    const memory = isEnough ? this.#memory : Buffer.allocUnsafe(Math.max(FIRST, 2 * this.#memory.length, needed));
    this.#memory.copy(memory, 0, this.#start, this.#end);
    this.#memory = memory;
    this.#start = 0;
    this.#end = length;
  }
}
