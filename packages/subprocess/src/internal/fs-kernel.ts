import { closeSync, constants, existsSync, mkdtempSync, readSync, rmdirSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OSError } from '@prac/exceptions';
import { Reminder } from './engines/reminder.ts';
import { executableByFs } from './fs-access.ts';
import { type Kernel, nap, type PipeEndName, type Watch, type WatchFor } from './kernel.ts';
import { isMainThread } from './main-thread.ts';
import { openFile } from './open-file.ts';
import type { Pollable } from './pollable.ts';

/*
 * Pipes without pipe(2): named pipes whose names are gone.
 *
 *   mkfifo × 32 (one process) ── open O_PATH, unlink ──> a pool of descriptors that name a FIFO and hold nothing
 *   one pipe = /proc/self/fd/<pool descriptor> opened three times: for reading without blocking (so that the next open does
 *   not wait for a peer), for writing, for reading; the first is closed again. A FIFO whose ends are all closed is empty.
 *
 * The child sees a FIFO, not Node's socket: /dev/stdin works and a writer without a reader gets SIGPIPE.
 */

const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
const BATCH = 32;
const ENOSYS = 38;

/** Naps between two looks at a descriptor that `poll` cannot be asked about, in milliseconds: first and longest. */
const FIRST_NAP_MS = 0.05;
const LONGEST_NAP_MS = 5;

/** System calls through Node's `fs` and /proc: Linux without a foreign function interface. */
export class FsKernel implements Kernel {
  #transfers = 0;
  readonly #names: number[] = [];
  #nap = FIRST_NAP_MS;

  pipe(): [number, number] {
    const name = this.#names.pop() ?? this.#makeNames();
    const path = `/proc/self/fd/${name}`;
    const opened: number[] = [];
    const open = (flags: number): number => {
      const fd = openFile(path, flags);
      opened.push(fd);
      return fd;
    };
    try {
      const opener = open(constants.O_RDONLY | constants.O_NONBLOCK);
      const writeEnd = open(constants.O_WRONLY);
      const readEnd = open(constants.O_RDONLY);
      closeSync(opener);
      return [readEnd, writeEnd];
    } catch (error) {
      for (const fd of opened) closeSync(fd);
      throw error;
    } finally {
      // A name makes one pipe only: its FIFO may be in use by grandchildren for as long as they live.
      closeSync(name);
    }
  }

  /**
   * Reading on the main thread is left to a Socket. Elsewhere the loop looks by itself: what a Socket is asked to write it
   * cannot be asked back for, and in a worker Node closes what `openSync` has opened when the thread ends, also if a Socket
   * has closed it before and the number is another thread's by then.
   */
  watch(_fd: number, watchFor: WatchFor): Watch | null {
    return watchFor === 'readable' && isMainThread() ? null : new Reminder(() => this.#transfers);
  }

  close(fd: number): void {
    closeSync(fd);
  }

  read(fd: number, memory: Uint8Array): number {
    return this.#noting(() => readSync(fd, memory, 0, memory.length, null));
  }

  write(fd: number, memory: Uint8Array): number {
    return this.#noting(() => writeSync(fd, memory, 0, memory.length));
  }

  setNonblocking(fd: number, end: PipeEndName): number {
    return reopen(fd, end, constants.O_NONBLOCK);
  }

  setBlocking(fd: number, end: PipeEndName): number {
    return reopen(fd, end, 0);
  }

  allocate(bytes: number): Buffer {
    return Buffer.allocUnsafeSlow(bytes);
  }

  setPipeSize(): number {
    return -ENOSYS;
  }

  executable(path: string | Uint8Array): number {
    return executableByFs(path);
  }

  block(_on: readonly Pollable[], milliseconds: number): void {
    nap(Math.min(this.#nap, milliseconds));
    this.#nap = Math.min(this.#nap * 2, LONGEST_NAP_MS);
  }

  /** Data flowed: the next nap is a short one. */
  #noting(call: () => number): number {
    try {
      const count = call();
      this.#nap = FIRST_NAP_MS;
      this.#transfers++;
      return count;
    } catch (error) {
      return (error as NodeJS.ErrnoException).errno ?? -1; // negative, as libuv gives it
    }
  }

  #makeNames(): number {
    const folder = temporaryFolder();
    const paths = Array.from({ length: BATCH }, (_, i) => join(folder, String(i)));
    try {
      const { spawnSync } = process.getBuiltinModule('node:child_process');
      const made = spawnSync('mkfifo', ['-m', '600', ...paths]);
      if (made.error) throw OSError.from(made.error);
      for (const path of paths) this.#names.push(openFile(path, O_PATH | O_CLOEXEC));
      return this.#names.pop()!;
    } finally {
      for (const path of paths) quietly(() => unlinkSync(path));
      quietly(() => rmdirSync(folder));
    }
  }
}

function temporaryFolder(): string {
  try {
    return mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'prac-pipes-'));
  } catch (error) {
    throw OSError.from(error);
  }
}

/** For what is tidied up after something that may have failed. */
function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // it was not made
  }
}

/**
 * Changes one end's flags by opening it again: a second open file description, so that the flags of the first, which a child
 * may share, stay as they are. Opening one end of a FIFO waits for, or fails without, the other end: one is opened meanwhile.
 */
function reopen(fd: number, end: PipeEndName, flags: number): number {
  const path = `/proc/self/fd/${fd}`;
  const [mine, other] =
    end === 'read' ? [constants.O_RDONLY, constants.O_WRONLY] : [constants.O_WRONLY, constants.O_RDONLY];
  const peer = openFile(path, other | constants.O_NONBLOCK);
  try {
    const reopened = openFile(path, mine | flags);
    closeSync(fd);
    return reopened;
  } finally {
    closeSync(peer);
  }
}
