import { OSError } from '@prac/exceptions';
import { constants as C, FdWatch, type Libc } from '@prac/libc';
import { PollBlocker } from '../polling.ts';
import { Reminder } from './engines/reminder.ts';
import type { Kernel, Watch, WatchFor } from './kernel.ts';
import { isMainThread } from './main-thread.ts';
import type { Pollable } from './pollable.ts';

/** From this size on, memory is worth huge pages (2 MiB each): the edges that are none of them are a small part. */
const HUGE_BYTES = 8_388_608;

/** The C library's system calls. */
export class LibcKernel implements Kernel {
  readonly #libc: Libc;
  readonly #blocker: PollBlocker;
  #writes = 0; // that got something into a pipe

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#blocker = new PollBlocker(libc, isMainThread());
  }

  /**
   * On the main thread libuv watches. In a worker a watch of its would outlive the thread (koffi): reading is left to a
   * Socket, which ends with its thread, and a pipe that is full is tried again now and then, since what a Socket is asked to
   * write it cannot be asked back for.
   */
  watch(fd: number, watchFor: WatchFor): Watch | null {
    if (!isMainThread() || this.#libc.backend !== 'koffi') {
      return watchFor === 'readable' ? null : new Reminder(() => this.#writes);
    }
    try {
      return new FdWatch(this.#libc, fd, watchFor);
    } catch (error) {
      throw OSError.from(error); // no descriptor left for the watching itself
    }
  }

  pipe(): [number, number] {
    const pipe = this.#libc.pipe2(C.O_CLOEXEC);
    if (typeof pipe === 'number') throw new OSError(-pipe);
    return pipe;
  }

  close(fd: number): void {
    this.#libc.close(fd);
  }

  read(fd: number, memory: Uint8Array): number {
    return this.#libc.read(fd, memory);
  }

  write(fd: number, memory: Uint8Array): number {
    const count = this.#libc.write(fd, memory);
    if (count > 0) this.#writes++;
    return count;
  }

  setNonblocking(fd: number): number {
    const flags = this.#libc.fcntl(fd, C.F_GETFL);
    if (flags >= 0) this.#libc.fcntl(fd, C.F_SETFL, flags | C.O_NONBLOCK);
    return fd;
  }

  setBlocking(fd: number): number {
    const flags = this.#libc.fcntl(fd, C.F_GETFL);
    if (flags >= 0) this.#libc.fcntl(fd, C.F_SETFL, flags & ~C.O_NONBLOCK);
    return fd;
  }

  /** In huge pages, where the system has them: most of the time of a big result goes into touching its memory first. */
  allocate(bytes: number): Buffer {
    const memory = Buffer.allocUnsafeSlow(bytes);
    if (bytes >= HUGE_BYTES) this.#libc.madvise(memory, C.MADV_HUGEPAGE);
    return memory;
  }

  setPipeSize(fd: number, bytes: number): number {
    return this.#libc.fcntl(fd, C.F_SETPIPE_SZ, bytes);
  }

  executable(path: string | Uint8Array): number {
    return this.#libc.access(path, C.X_OK);
  }

  block(on: readonly Pollable[], milliseconds: number): void {
    this.#blocker.block(on, milliseconds);
  }
}
