import { closeSync, constants as files, fstatSync, openSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { OSError } from '@prac/exceptions';
import { constants, libc } from '@prac/libc';
import { addChore, now, sleepSync } from '@prac/park';
import { arena } from '../internal/arena.ts';
import { given } from '../internal/giving.ts';
import { inherit } from '../internal/spawning.ts';
import { shared } from '../internal/world.ts';

/*
 * Descriptors on their way to another process.
 *
 *   to one that is being started:   it inherits them
 *   through a queue, a connection:  duplicates of them stay here until they are taken
 *
 *     give ── duplicates, a cell of the arena with a number ──> bytes ──> take: opens them by way of this process, and says so in the cell
 *       ├── now and then, also while this thread is blocked: was it taken? ──> closes the duplicates
 *       └── the bytes were never sent ──> closes them, too
 *
 * As in Python, what nobody takes is kept until this process ends, and who ends too early leaves nothing to be taken.
 */

/** Numbers are -1 where there is none. */
export interface Ends {
  readonly readFd: number;
  readonly writeFd: number;
  readonly isSocket: boolean;
}

export interface Parcel extends Ends {
  /** Whose the descriptors are: nothing if they are inherited. */
  readonly pid?: number;
  readonly cell?: number;
  /** Is in the cell as long as nobody has taken them. */
  readonly nonce?: number;
}

interface Given extends Ends {
  readonly cell: number;
}

const TAKEN = -1;
const MOST_NONCE = 2 ** 31 - 1;
const LOOK_MS = 10;
/** A thread that ends waits so long for those who are to take what it has given. */
const LONGEST_END_MS = 1000;

interface State {
  readonly given: Set<Given>;
  timer: NodeJS.Timeout | undefined;
  isWatching: boolean;
}

const state: State = shared('parcels', () => ({ given: new Set<Given>(), timer: undefined, isWatching: false }));

/** Makes descriptors ready for the journey. */
export function give(ends: Ends): Parcel {
  const { readFd, writeFd, isSocket } = ends;
  const all = [readFd, writeFd].filter((fd) => fd >= 0);
  if (all.map((fd) => inherit(fd)).some(Boolean)) return { readFd, writeFd, isSocket };
  const cell = arena().allocate(1);
  const nonce = 1 + Math.floor(Math.random() * MOST_NONCE);
  Atomics.store(arena().words, cell, nonce);
  const parcel = { readFd: duplicate(readFd), writeFd: duplicate(writeFd), isSocket, cell };
  state.given.add(parcel);
  given(() => revoke(parcel));
  watchAtEnd();
  lookAgain();
  return { ...parcel, nonce, pid: process.pid };
}

/** What has arrived: descriptors of this process. */
export function take(parcel: Parcel): Ends {
  const { pid, cell, nonce, readFd, writeFd, isSocket } = parcel;
  if (pid === undefined || cell === undefined || nonce === undefined) {
    for (const fd of [readFd, writeFd]) if (fd >= 0) libc().fcntl(fd, constants.F_SETFD, constants.FD_CLOEXEC);
    return { readFd, writeFd, isSocket };
  }
  if (Atomics.load(arena().words, cell) !== nonce)
    throw new OSError(9, 'the connection was taken before, or is not there any more');
  const taken: number[] = [];
  try {
    for (const [fd, mode] of [[readFd, files.O_RDONLY] as const, [writeFd, files.O_WRONLY] as const])
      taken.push(fd < 0 ? -1 : takeOne(pid, fd, mode, isSocket));
  } catch (error) {
    for (const fd of taken) if (fd >= 0) libc().close(fd);
    throw error;
  }
  if (Atomics.compareExchange(arena().words, cell, nonce, TAKEN) !== nonce) {
    for (const fd of taken) if (fd >= 0) libc().close(fd);
    throw new OSError(9, 'the connection was taken before');
  }
  return { readFd: taken[0]!, writeFd: taken[1]!, isSocket };
}

/** Closes what was taken. Whoever waits for the end of a connection does so now and then. */
export function closeTaken(): void {
  for (const parcel of state.given) if (Atomics.load(arena().words, parcel.cell) === TAKEN) forget(parcel);
}

/** Nobody will take it. */
function revoke(parcel: Given): void {
  if (!state.given.has(parcel)) return;
  Atomics.store(arena().words, parcel.cell, TAKEN);
  forget(parcel);
}

function forget(parcel: Given): void {
  state.given.delete(parcel);
  for (const fd of [parcel.readFd, parcel.writeFd]) if (fd >= 0) libc().close(fd);
  arena().free(parcel.cell, 1);
}

/** A thread takes its timers along: what it has given is taken before, or never. */
function watchAtEnd(): void {
  if (state.isWatching || isMainThread) return;
  state.isWatching = true;
  process.on('exit', () => {
    const end = now() + LONGEST_END_MS;
    for (closeTaken(); state.given.size > 0 && now() < end; closeTaken()) sleepSync(LOOK_MS / 1000);
    for (const parcel of state.given) revoke(parcel);
  });
}

/** How long a wait may be, in milliseconds: somebody has to look whether something was taken. */
export function longestWait(): number {
  return state.given.size > 0 ? LOOK_MS : Number.POSITIVE_INFINITY;
}

function lookAgain(): void {
  if (state.timer !== undefined) return;
  const end = addChore(closeTaken);
  state.timer = setTimeout(() => {
    state.timer = undefined;
    end();
    closeTaken();
    if (state.given.size > 0) lookAgain();
  }, LOOK_MS).unref();
}

function duplicate(fd: number): number {
  if (fd < 0) return fd;
  const copy = libc().fcntl(fd, constants.F_DUPFD_CLOEXEC);
  if (copy < 0) throw new OSError(-copy);
  return copy;
}

/** A pipe can be opened again; of a socket only a duplicate can be taken, which the system does not allow everybody. */
function takeOne(pid: number, fd: number, mode: number, isSocket: boolean): number {
  if (isSocket) return takeDuplicate(pid, fd);
  let opened: number;
  try {
    opened = openSync(`/proc/${pid}/fd/${fd}`, mode | files.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENXIO: nobody reads from the pipe any more, and so it cannot be opened for writing.
    if (code === 'ENXIO') return takeDuplicate(pid, fd);
    throw OSError.from(error);
  }
  try {
    if (!fstatSync(opened).isFIFO()) throw new OSError(9, 'the connection has been closed by the process that sent it');
    return duplicate(opened);
  } finally {
    closeSync(opened); // the duplicate is none that Node knows of
  }
}

function takeDuplicate(pid: number, fd: number): number {
  const pidfd = libc().pidfdOpen(pid);
  if (pidfd < 0) throw new OSError(-pidfd, 'the process that sent the connection is not there any more');
  const taken = libc().pidfdGetfd(pidfd, fd);
  libc().close(pidfd);
  if (taken < 0) throw new OSError(-taken, 'the connection cannot be taken from the process that sent it');
  return taken;
}
