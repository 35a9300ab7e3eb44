import { closeSync, fstatSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OSError } from '@prac/exceptions';
import { constants, isLibcAvailable, libc } from '@prac/libc';

/*
 * A file without a name that a process inherits: in it, what it is to do; and when it has ended, what it has left.
 *
 *   parent ── BIRTH, bytes ──> file ── the child reads it, and empties it ── OUTCOME, bytes ──> file ──> parent, when the child has ended
 */
const BIRTH = 1;
const OUTCOME = 2;

/** @returns Its descriptor. */
export function newMailbox(): number {
  if (isLibcAvailable()) {
    const fd = libc().memfdCreate('prac-mailbox', constants.MFD_CLOEXEC);
    if (fd >= 0) return fd;
    if (fd !== -constants.ENOSYS) throw new OSError(-fd);
  }
  const path = join(tmpdir(), `prac-mailbox-${process.pid}-${crypto.randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

export function putBirth(fd: number, bytes: Uint8Array): void {
  put(fd, BIRTH, bytes);
}

export function putOutcome(fd: number, bytes: Uint8Array): void {
  put(fd, OUTCOME, bytes);
}

function put(fd: number, kind: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, 1 + done);
  writeSync(fd, Uint8Array.of(kind), 0, 1, 0); // last: it is whole then
}

/** What the process is to do. */
export function takeBirth(fd: number): Uint8Array {
  const bytes = take(fd, BIRTH);
  if (bytes === undefined) throw new OSError(22, 'what the process is to do is not there');
  ftruncateSync(fd);
  return bytes;
}

/** What it has left; nothing if it was killed. Closes the mailbox. */
export function takeOutcome(fd: number): Uint8Array | undefined {
  try {
    return take(fd, OUTCOME);
  } finally {
    closeDescriptor(fd);
  }
}

/** In a thread Node warns of descriptors that it has not opened, and is to close. */
export function closeDescriptor(fd: number): void {
  if (isLibcAvailable()) libc().close(fd);
  else closeSync(fd);
}

function take(fd: number, kind: number): Uint8Array | undefined {
  const { size } = fstatSync(fd);
  const bytes = new Uint8Array(size);
  for (let done = 0; done < size; ) {
    const count = readSync(fd, bytes, done, size - done, done);
    if (count === 0) return undefined;
    done += count;
  }
  return bytes[0] === kind ? bytes.slice(1) : undefined;
}
