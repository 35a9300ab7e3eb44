import type { ByteSource } from './source.ts';

/*
 * Gathers everything a pipe brings. A read goes into the shared scratch memory first, and what came is copied out: a child
 * that writes little costs little. After a read that filled the scratch, the bulk goes straight into chunks of 1 MiB, which
 * are joined once at the end: a growing buffer would copy everything again and again.
 */
const SCRATCH_BYTES = 65_536;
const CHUNK_BYTES = 1_048_576;
/** What is left of a chunk is used up to this many bytes, then a new one is begun: small reads are slow. */
const LEAST_ROOM = 65_536;

let scratch: Buffer | undefined;

/** Memory for one read, of this thread; what is read into it must be copied before anything else is read. */
export function scratchMemory(): Buffer {
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  return scratch;
}

export class Collector {
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #open: Buffer | undefined; // the last chunk, while it has room
  #used = 0;

  /** How many bytes came so far. */
  get length(): number {
    return this.#length;
  }

  /** Reads once. Returns what the read returned: the number of bytes, 0 at the end, or the negative errno. */
  readFrom(source: ByteSource): number {
    return this.#open === undefined ? this.#readSmall(source) : this.#readBulk(source, this.#open);
  }

  #readSmall(source: ByteSource): number {
    const memory = scratchMemory();
    const count = source.tryRead(memory);
    if (count <= 0) return count;
    this.add(Buffer.from(memory.subarray(0, count)));
    if (count === memory.length) this.#begin();
    return count;
  }

  #readBulk(source: ByteSource, chunk: Buffer): number {
    const count = source.tryRead(chunk.subarray(this.#used));
    if (count <= 0) return count;
    this.#used += count;
    this.#length += count;
    if (chunk.length - this.#used < LEAST_ROOM) {
      this.#chunks[this.#chunks.length - 1] = chunk.subarray(0, this.#used);
      this.#begin();
    }
    return count;
  }

  #begin(): void {
    this.#open = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    this.#used = 0;
    this.#chunks.push(this.#open);
  }

  /** Adds bytes that came another way; they are kept, not copied. */
  add(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  /** Everything so far, as one Buffer. */
  bytes(): Buffer {
    const parts =
      this.#open === undefined ? this.#chunks : [...this.#chunks.slice(0, -1), this.#open.subarray(0, this.#used)];
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, this.#length);
  }
}
