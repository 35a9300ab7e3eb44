import { isMainThread } from 'node:worker_threads';
import { OSError, repr, ValueError } from '@prac/exceptions';
import { constants as LC, LibcUnavailableError, libc } from '@prac/libc';
import { runtime } from './internal/runtime.ts';

/** Options of {@link setWakeupFd}. */
export interface WakeupFdOptions {
  /** Whether a descriptor that takes no more is worth a process warning. @defaultValue true */
  readonly warnOnFullBuffer?: boolean | null | undefined;
}

/**
 * Sets the descriptor to which the number of each signal that has a handler is written, as one byte, as soon as it comes.
 *
 * What cannot be written is lost, and a process warning says so.
 *
 * Python: `signal.set_wakeup_fd`.
 *
 * @param fd - A descriptor that does not block; -1 for none.
 * @returns The descriptor before; -1 if there was none.
 * @param options - Whether it is said that the descriptor was full.
 * @throws {ValueError} in another thread; if the descriptor may block.
 * @throws {OSError} if it is not open.
 * @throws {LibcUnavailableError} without koffi: nobody would write to it.
 */
export function setWakeupFd(fd: number, options?: WakeupFdOptions): number {
  if (!Number.isInteger(fd)) throw new TypeError(`Expected a descriptor, got ${repr(fd)}`);
  if (!isMainThread) throw new ValueError('set_wakeup_fd only works in main thread of the main interpreter');
  if (fd !== -1) {
    if (!runtime().canReachBlocked())
      throw new LibcUnavailableError('setWakeupFd needs koffi (npm install koffi) on Linux');
    const flags = libc().fcntl(fd, LC.F_GETFL);
    if (flags < 0) throw new OSError(-flags);
    if ((flags & LC.O_NONBLOCK) === 0) throw new ValueError(`the fd ${fd} must be in non-blocking mode`);
  }
  const before = runtime().wakeup.set(fd, options?.warnOnFullBuffer ?? true);
  runtime().sync(); // nobody writes to the one before any more: it may be closed
  return before;
}
