import type { Kernel } from './kernel.ts';
import type { ByteSource } from './source.ts';

/*
 * Gathers everything a pipe brings. A read goes into the shared scratch memory first, and what came is copied out: a child
 * that writes little costs little. After a read that filled the scratch, the bulk goes straight into chunks, each as long as
 * all before it (1 MiB to 64 MiB), which are joined once at the end: a growing buffer would copy everything again and again.
 */
const SCRATCH_BYTES = 65_536;
const LEAST_CHUNK = 1_048_576;
const MOST_CHUNK = 67_108_864;
/** What is left of a chunk is used up to this many bytes, then a new one is begun: small reads are slow. */
const LEAST_ROOM = 65_536;

let scratch: Buffer | undefined;

/** Memory for one read, of this thread; what is read into it must be copied before anything else is read. */
export function scratchMemory(): Buffer {
  scratch ??= Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  return scratch;
}

export class Collector {
  readonly #source: ByteSource;
  readonly #kernel: Kernel;
  readonly #chunks: Buffer[] = [];
  #length = 0;
  #open: Buffer | undefined; // the last chunk, while it has room
  #used = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#kernel = source.kernel;
  }

  /** How many bytes came so far. */
  get length(): number {
    return this.#length;
  }

  /** Reads once. Returns what the read returned: the number of bytes, 0 at the end, or the negative errno. */
  read(): number {
    return this.#open === undefined ? this.#readSmall() : this.#readBulk(this.#open);
  }

  #readSmall(): number {
    const memory = scratchMemory();
    const count = this.#source.tryRead(memory);
    if (count <= 0) return count;
    this.#chunks.push(Buffer.from(memory.subarray(0, count)));
    this.#length += count;
    if (count === memory.length) this.#begin();
    return count;
  }

  #readBulk(chunk: Buffer): number {
    const count = this.#source.tryRead(chunk.subarray(this.#used));
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
    this.#open = this.#kernel.allocate(Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, this.#length)));
    this.#used = 0;
    this.#chunks.push(this.#open);
  }

  /** Everything so far, as one Buffer. */
  bytes(): Buffer {
    const parts =
      this.#open === undefined ? this.#chunks : [...this.#chunks.slice(0, -1), this.#open.subarray(0, this.#used)];
    if (parts.length === 1) return parts[0]!;
    const whole = this.#kernel.allocate(this.#length);
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}
