import type { Readable } from 'node:stream';
import { constants as C } from '@prac/libc';
import type { Kernel } from './kernel.ts';
import { PipeEnd } from './pipe-end.ts';

/** The default capacity of a pipe in Linux, in bytes: a read of this size found it full. */
const FULL_PIPE = 65_536;
/** A pipe found full twice in a row carries a bulk of data: its capacity is raised, once, to this many bytes. */
const LARGE_PIPE = 1_048_576;

/** The parent's end of a child's stdout or stderr. */
export class ByteSource extends PipeEnd<'read'> {
  readonly events: number = C.POLLIN;
  protected readonly streamEvents = ['readable', 'end', 'close', 'error'] as const;
  #fullReads = 0;
  #resizable: boolean;

  /** @param options - `resizable`: the capacity of the pipe may be raised; `stream`: Node's stream, where that is all there is. */
  constructor(kernel: Kernel, fd: number, options: { resizable: boolean; stream?: Readable }) {
    super(kernel, fd, 'read', options.stream);
    this.#resizable = options.resizable;
  }

  /**
   * Reads what is there, without waiting.
   *
   * @returns The number of bytes, 0 at the end of file, -EAGAIN if nothing is there yet, or another negative errno.
   */
  tryRead(memory: Uint8Array): number {
    return this.stream === undefined ? this.#readFd(this.directFd(), memory) : this.#readStream(this.stream, memory);
  }

  #readFd(fd: number, memory: Uint8Array): number {
    const count = this.kernel.read(fd, memory);
    if (this.#resizable) {
      this.#fullReads = count >= FULL_PIPE ? this.#fullReads + 1 : 0;
      if (this.#fullReads === 2) {
        this.#resizable = false;
        this.kernel.setPipeSize(fd, LARGE_PIPE);
      }
    }
    return count;
  }

  /** What the stream has read ahead comes first; only then may the descriptor be read behind its back. */
  #readStream(stream: Readable, memory: Uint8Array): number {
    const read: Buffer | string | null = stream.read();
    const held = typeof read === 'string' ? Buffer.from(read) : read; // the user has set an encoding
    if (held !== null) {
      memory.set(held.subarray(0, memory.length));
      if (held.length > memory.length) stream.unshift(held.subarray(memory.length));
      return Math.min(held.length, memory.length);
    }
    if (stream.readableEnded || stream.destroyed) return this.error?.errno ?? 0;
    return this.fd < 0 ? -C.EAGAIN : this.#readFd(this.fd, memory);
  }

  protected prod(stream: Readable): void {
    stream.read(0); // a paused stream reads only when asked
  }
}
