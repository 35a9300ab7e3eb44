import type { Blocker } from '@prac/park';
import type { Pollable } from './pollable.ts';

/** A watch on a descriptor by this thread's event loop. */
export interface Watch {
  start(callback: () => void): void;
  stop(): void;
  close(): void;
}

/** What a descriptor is watched for. */
export type WatchFor = 'readable' | 'writable';

/** Which end of a pipe a descriptor is. */
export type PipeEndName = 'read' | 'write';

/**
 * The system calls on descriptors that pipes need, in two forms: the C library's (`LibcKernel`), and what Node's `fs` offers
 * on Linux without it (`FsKernel`). Results are the kernel's: 0 or more, or the negative errno.
 */
export interface Kernel extends Blocker {
  /** Makes a pipe, both ends blocking and close-on-exec; `null` where the engine has pipes of its own. @throws {OSError} */
  pipe(): [readEnd: number, writeEnd: number] | null;
  close(fd: number): void;
  read(fd: number, memory: Uint8Array): number;
  write(fd: number, memory: Uint8Array): number;
  /** Makes reads and writes return at once with -EAGAIN. Returns the descriptor's number from now on. */
  setNonblocking(fd: number, end: PipeEndName): number;
  /** Undoes {@link Kernel.setNonblocking}, for a child that is to inherit the descriptor. */
  setBlocking(fd: number, end: PipeEndName): number;
  /** Memory for a bulk of data, not set to zero. */
  allocate(bytes: number): Buffer;
  /** Sets a pipe's capacity in bytes. */
  setPipeSize(fd: number, bytes: number): number;
  /** Whether this process may execute a file: 0, or the negative errno. */
  executable(path: string | Uint8Array): number;
  /** Blocks the thread until one is ready, a little longer than it takes, or the time is up. */
  block(on: readonly Pollable[], milliseconds: number): void;
  /** Lets the event loop watch a descriptor; `null` where Node's own streams have to. */
  watch(fd: number, watchFor: WatchFor): Watch | null;
}

/** A lock that nobody opens: to sleep on. */
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/** Sleeps the thread. */
export function nap(milliseconds: number): void {
  Atomics.wait(NEVER, 0, 0, milliseconds);
}
