import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import { constants as C } from '@prac/libc';
import type { Kernel } from './kernel.ts';
import { PipeEnd } from './pipe-end.ts';

/** The parent's end of a child's stdin. */
export class ByteSink extends PipeEnd<'write'> {
  readonly events: number = C.POLLOUT;
  protected readonly streamEvents = ['drain', 'finish', 'close', 'error'] as const;

  /** @param stream - Node's stream, where that is all there is. */
  constructor(kernel: Kernel, fd: number, stream?: Writable) {
    super(kernel, fd, 'write', stream);
  }

  override get blocker(): Kernel | null {
    return this.flushed ? super.blocker : null; // a stream's queue is emptied by the event loop only
  }

  override get closed(): boolean {
    return super.closed || this.stream?.writableEnded === true;
  }

  /** Whether everything it took has reached the pipe (or never will). */
  get flushed(): boolean {
    return this.stream === undefined || this.stream.writableLength === 0 || this.stream.destroyed;
  }

  /**
   * Writes what fits, without waiting. A stream takes as much as its high-water mark allows into its own queue.
   *
   * @returns The number of bytes taken, -EAGAIN for none, or another negative errno.
   */
  tryWrite(bytes: Uint8Array): number {
    const stream = this.stream;
    if (stream === undefined) return this.kernel.write(this.directFd(), bytes);
    if (this.error !== undefined || stream.destroyed) return this.error?.errno ?? -constants.errno.EPIPE;
    const room = stream.writableHighWaterMark - stream.writableLength;
    if (room <= 0) return -C.EAGAIN;
    const taken = bytes.slice(0, room); // a copy: the caller's memory is its own again when this returns
    stream.write(taken, () => this.wake()); // 'drain' comes only after a write that has filled the stream
    return taken.length;
  }

  /** Closes it after what it has taken is written. */
  finish(): void {
    if (this.stream === undefined) this.abandon();
    else this.stream.end();
  }

  protected prod(stream: Writable, notify: () => void): void {
    if (this.error !== undefined || stream.writableLength === 0) setImmediate(notify);
  }
}
