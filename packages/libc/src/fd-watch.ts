import type { PollHandle } from './backends/backend.ts';
import type { Libc } from './libc.ts';

export type WatchFor = 'readable' | 'writable';

/**
 * Watches one descriptor from this thread's event loop, without reading or writing it.
 *
 * While it is started the loop stays alive. The callback runs once per turn for as long as the descriptor is ready and the
 * watch is started. It runs straight from libuv: promise reactions do not follow it at once on every version of Node, so
 * settle promises from `setImmediate`.
 *
 * Close the watch before the descriptor.
 */
export class FdWatch {
  readonly #handle: PollHandle;
  readonly #options: { readable?: boolean; writable?: boolean };
  #started = false;

  /** @throws {TypeError} if `library` cannot watch descriptors (see `Libc.canWatch`). */
  constructor(library: Libc, fd: number, watchFor: WatchFor) {
    if (library.pollFd === null) throw new TypeError(`${library.backend} cannot watch descriptors`);
    this.#handle = library.pollFd(fd);
    this.#options = { [watchFor]: true };
  }

  get started(): boolean {
    return this.#started;
  }

  start(callback: () => void): void {
    this.#handle.start(this.#options, callback);
    this.#started = true;
  }

  stop(): void {
    if (this.#started) this.#handle.stop();
    this.#started = false;
  }

  close(): void {
    this.#started = false;
    this.#handle.close();
  }
}
