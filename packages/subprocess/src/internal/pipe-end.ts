import type { Readable, Writable } from 'node:stream';
import type { Kernel, PipeEndName, Watch } from './kernel.ts';
import { closeIfCollected, OwnedFd } from './owned-fd.ts';
import { needsLoop, type Pollable } from './pollable.ts';

/*
 * The parent's end of a pipe to a child.
 *
 *   untouched ── first read or write ──> direct ── Node's stream is asked for ──> streamed
 *       └────────────────────────────────────────────────────────────────────────────┘
 *   any of them ── close(), or given to another child ──> closed
 *
 * untouched: a plain, blocking descriptor nobody has used. It can be handed to another child, or used by the program itself.
 * direct:    non-blocking; read(2) and write(2) on demand, the event loop watches the descriptor when there is nothing to do.
 *            What the child wrote waits in the kernel's pipe buffer, also after the child's end: nothing is read ahead,
 *            nothing is lost.
 * streamed:  a net.Socket owns the descriptor. Entered when somebody asks for the Node stream, or when the event loop cannot
 *            watch a plain descriptor (no koffi).
 */

type StreamOf = { read: Readable; write: Writable };

export abstract class PipeEnd<N extends PipeEndName> implements Pollable {
  abstract readonly events: number;
  readonly native = true;
  readonly refusal: () => Error = needsLoop;
  readonly kernel: Kernel;
  protected stream: StreamOf[N] | undefined;
  /** What ended the stream, if it was an error. */
  protected error: NodeJS.ErrnoException | undefined;

  readonly #end: N;
  readonly #owned: OwnedFd;
  #direct = false;
  #abandoned = false;
  #exposed = false; // the stream is in the user's hands
  #watch: Watch | undefined;
  readonly #callbacks = new Set<() => void>();

  /** @param fd - Owned by this object from now on; -1 if there is only a stream. */
  constructor(kernel: Kernel, fd: number, end: N, stream?: StreamOf[N]) {
    this.kernel = kernel;
    this.#end = end;
    this.#owned = new OwnedFd(fd, (open) => kernel.close(open));
    closeIfCollected(this, this.#owned);
    if (stream !== undefined) {
      this.#adopt(stream);
      // Node throws away what a child has left in a stream that nobody listens to.
      if (end === 'read') stream.on('readable', keepUnread);
    }
    this.#hold(false);
  }

  /** The stream's events after which a wait may go on. */
  protected abstract readonly streamEvents: readonly string[];
  /** Makes the stream do what is waited for. */
  protected abstract prod(stream: StreamOf[N], notify: () => void): void;

  get fd(): number {
    return this.#owned.fd;
  }

  get blocker(): Kernel | null {
    return this.#owned.fd >= 0 ? this.kernel : null;
  }

  /** Whether we closed it: a stream that is at its end destroys itself, and can still be asked. */
  get closed(): boolean {
    return this.#abandoned || (this.stream === undefined && this.#owned.fd < 0);
  }

  /** The descriptor, made non-blocking. */
  protected directFd(): number {
    if (!this.#direct) {
      this.#direct = true;
      this.#owned.fd = this.kernel.setNonblocking(this.#owned.fd, this.#end);
    }
    return this.#owned.fd;
  }

  watch(callback: () => void): void {
    this.#callbacks.add(callback);
    const watch = this.#watch ?? this.#watchFd();
    if (watch !== null) {
      this.#watch = watch;
      if (this.#callbacks.size === 1) watch.start(this.#notify);
      return;
    }
    const stream = this.#openStream();
    this.#hold(true);
    if (this.#callbacks.size === 1) {
      for (const event of this.streamEvents) stream.on(event, this.#notify);
    }
    this.prod(stream, this.#notify);
  }

  #watchFd(): Watch | null {
    if (this.stream !== undefined) return null;
    return this.kernel.watch(this.#owned.fd, this.#end === 'read' ? 'readable' : 'writable');
  }

  unwatch(callback: () => void): void {
    if (!this.#callbacks.delete(callback) || this.#callbacks.size > 0) return;
    this.#watch?.stop();
    for (const event of this.streamEvents) this.stream?.off(event, this.#notify);
    this.#hold(false);
  }

  /** A stream that only we use keeps the loop alive only while somebody waits. */
  #hold(waiting: boolean): void {
    if (this.#exposed) return;
    const { ref, unref } = (this.stream ?? {}) as { ref?(): void; unref?(): void };
    (waiting ? ref : unref)?.call(this.stream);
  }

  /** Lets whoever waits for it try again. */
  wake(): void {
    this.#notify();
  }

  readonly #notify = (): void => {
    for (const callback of [...this.#callbacks]) callback();
  };

  /** Node's stream over the descriptor, for the user. It carries bytes, and it closes the descriptor. */
  toStream(): StreamOf[N] {
    const stream = this.#openStream();
    stream.off('readable', keepUnread); // the user's listeners decide from now on
    this.#hold(true);
    this.#exposed = true;
    return stream;
  }

  #openStream(): StreamOf[N] {
    if (this.stream === undefined) {
      this.#stopWatching();
      const reads = this.#end === 'read';
      const { Socket } = process.getBuiltinModule('node:net'); // loaded late: the import of this package stays quick
      const socket = new Socket({ fd: this.#owned.fd, readable: reads, writable: !reads });
      socket.once('close', () => this.#owned.forget());
      this.#adopt(socket as StreamOf[N]);
    }
    return this.stream!;
  }

  #adopt(stream: StreamOf[N]): void {
    this.stream = stream;
    stream.on('error', (error) => {
      this.error = error;
    });
  }

  /** Whether it is still nothing but a descriptor. */
  get plain(): boolean {
    return this.stream === undefined && this.#owned.fd >= 0;
  }

  /** The descriptor as another program wants it: blocking, watched by nobody. It is still ours to close. */
  plainFd(): number {
    this.#stopWatching();
    if (this.#direct) this.#owned.fd = this.kernel.setBlocking(this.#owned.fd, this.#end);
    this.#direct = false;
    return this.#owned.fd;
  }

  /** Closes the descriptor now, or destroys the stream. Whoever waits for it tries again, and finds it closed. */
  abandon(): void {
    this.#abandoned = true;
    this.#stopWatching();
    if (this.stream === undefined) this.#owned.close();
    else {
      this.stream.destroy();
      this.#owned.forget();
    }
    this.#notify();
  }

  #stopWatching(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }
}

function keepUnread(): void {}
