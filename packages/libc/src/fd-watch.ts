import { type WatchSet, watchSet } from './internal/watch-set.ts';
import type { Libc } from './libc.ts';

export type WatchFor = 'readable' | 'writable';

/**
 * Watches one descriptor from this thread's event loop, without reading or writing it.
 *
 * While it is started the loop stays alive, and so does the watch. The callback runs once per turn of the loop for as long as
 * the descriptor is ready (or has failed, or its other end is closed) and the watch is started.
 *
 * On the main thread, with koffi, libuv does the watching. In workers, and with node:ffi, the loop looks itself: at once
 * while things happen, every few milliseconds when it has been quiet.
 *
 * Close the watch before the descriptor.
 *
 * @example
 * import { constants, FdWatch, libc } from '@prac/libc';
 * const [end, start] = libc().pipe2(constants.O_CLOEXEC) as [number, number];
 * const watch = new FdWatch(libc(), end, 'readable');
 * watch.start(() => {
 *   console.log(libc().read(end, new Uint8Array(10))); // 5
 *   watch.close();
 * });
 * libc().write(start, Buffer.from('hello'));
 */
export class FdWatch {
  readonly #set: WatchSet;
  readonly #fd: number;
  readonly #watchFor: WatchFor;
  #serial: number | undefined;
  #closed = false;

  constructor(library: Libc, fd: number, watchFor: WatchFor) {
    if (watchFor !== 'readable' && watchFor !== 'writable') {
      throw new TypeError(`Expected 'readable' or 'writable', got ${String(watchFor)}`);
    }
    this.#set = watchSet(library);
    this.#fd = fd;
    this.#watchFor = watchFor;
    this.#set.open();
  }

  get started(): boolean {
    return this.#serial !== undefined;
  }

  /**
   * Starts to watch; a started watch only gets the new callback.
   *
   * @throws {Error} with `code` EBADF (not open), EPERM (a file is always ready), EEXIST (another watch of this thread has
   * it); ERR_WATCH_CLOSED after {@link close}.
   */
  start(callback: () => void): void {
    if (this.#closed) throw Object.assign(new Error('the watch is closed'), { code: 'ERR_WATCH_CLOSED' });
    this.stop();
    this.#serial = this.#set.add(this.#fd, this.#watchFor, callback);
  }

  stop(): void {
    if (this.#serial !== undefined) this.#set.remove(this.#serial);
    this.#serial = undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.stop();
    this.#closed = true;
    this.#set.close();
  }
}
