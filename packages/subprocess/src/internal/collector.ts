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
  #small: Buffer[] = []; // what came through the scratch memory
  #full: Buffer[] = []; // chunks that have no room, after the small parts
  #length = 0;
  #open: Buffer | undefined; // the last chunk
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
    this.#small.push(Buffer.from(memory.subarray(0, count)));
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
      this.#full.push(chunk.subarray(0, this.#used));
      this.#begin();
    }
    return count;
  }

  #begin(): void {
    this.#open = this.#kernel.allocate(Math.min(MOST_CHUNK, Math.max(LEAST_CHUNK, this.#length)));
    this.#used = 0;
  }

  /** Everything so far, as one Buffer; more may follow. */
  copy(): Buffer {
    return this.#join(() => {});
  }

  /** Everything, as one Buffer, which from now on is all the collector has. Little more memory than that is ever in use. */
  take(): Buffer {
    if (this.#open === undefined && this.#small.length === 1) return this.#small[0]!;
    // A chunk is given back right after its copy, so that the next part of the whole is made of the same pages.
    const whole = this.#join((chunk) => (chunk.buffer as ArrayBuffer).transfer(0));
    this.#small = [whole];
    this.#full = [];
    this.#open = undefined;
    return whole;
  }

  #join(release: (chunk: Buffer) => void): Buffer {
    const whole = this.#kernel.allocate(this.#length);
    let at = 0;
    for (const part of this.#small) at += part.copy(whole, at);
    const chunks = this.#open === undefined ? [] : [...this.#full, this.#open.subarray(0, this.#used)];
    for (const chunk of chunks) {
      at += chunk.copy(whole, at);
      release(chunk);
    }
    return whole;
  }
}
