import { EOFError, OSError } from '@prac/exceptions';
import { constants, libc } from '@prac/libc';

/*
 * Messages on a stream of bytes, as Python writes them:
 *
 *   │ length: 4 bytes, the highest first │ message │          -1 │ length: 8 bytes │ message │       from 2 GiB on
 *
 * Nothing is read ahead: what comes after a message is for whoever reads next, who may be another process.
 */
const LENGTH_BYTES = 4;
const LONG_BYTES = 8;
const LONG_FROM = 2 ** 31;
/** Up to so many bytes go out together with their length: a packet of TCP less. */
const TOGETHER = 16_384;
const SMALLEST_MEMORY = 128;

/** A message is longer than whoever asked for it allows. */
export class TooLong extends Error {}

type Part = 'length' | 'long length' | 'message';

/** Reads messages. One that was begun is gone on with by the next call: nothing is lost if a call is given up. */
export class FrameReader {
  readonly #fd: number;
  readonly #lengths = Buffer.allocUnsafeSlow(SMALLEST_MEMORY);
  #part: Part = 'length';
  #into: Buffer = this.#lengths.subarray(0, LENGTH_BYTES);
  #filled = 0;

  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Whether a message was begun. */
  get isHalfway(): boolean {
    return this.#part !== 'length' || this.#filled > 0;
  }

  /**
   * The next message, as far as it is there: nothing if it is not, or not all of it.
   *
   * @throws {EOFError} at the end. {TooLong} if it has more than `most` bytes.
   */
  tryRead(most: number): Buffer | undefined {
    for (;;) {
      if (this.#filled === this.#into.length) {
        const message = this.#endPart(most);
        if (message !== undefined) return message;
        continue;
      }
      const count = libc().read(this.#fd, this.#into.subarray(this.#filled));
      if (count > 0) this.#filled += count;
      else if (count === 0) throw this.isHalfway ? new OSError('got end of file during message') : new EOFError();
      else if (count === -constants.EAGAIN) return undefined;
      else if (count !== -constants.EINTR) throw new OSError(-count);
    }
  }

  #endPart(most: number): Buffer | undefined {
    if (this.#part === 'message') {
      const message = this.#into;
      this.#begin('length', this.#lengths.subarray(0, LENGTH_BYTES));
      return message;
    }
    const isLong = this.#part === 'long length';
    const length = isLong ? Number(this.#into.readBigUInt64BE()) : this.#into.readInt32BE();
    if (!isLong && length === -1) {
      this.#begin('long length', this.#lengths.subarray(0, LONG_BYTES));
      return undefined;
    }
    if (length < 0 || length > most) throw new TooLong();
    this.#begin('message', Buffer.allocUnsafeSlow(Math.max(length, SMALLEST_MEMORY)).subarray(0, length));
    return undefined;
  }

  #begin(part: Part, into: Buffer): void {
    this.#part = part;
    this.#into = into;
    this.#filled = 0;
  }
}

/** A message on its way out. */
export class FrameWriter {
  readonly #fd: number;
  readonly #pieces: Uint8Array[];
  /** Whether some of it is out: the rest has to follow. */
  isBegun = false;

  constructor(fd: number, message: Uint8Array) {
    this.#fd = fd;
    const length = lengthOf(message.length);
    this.#pieces = message.length <= TOGETHER ? [Buffer.concat([length, message])] : [length, message];
  }

  /** From now on it has bytes of its own. */
  detach(): void {
    for (const [i, piece] of this.#pieces.entries()) this.#pieces[i] = piece.slice();
  }

  /** Writes what there is room for. Whether all of it is out. */
  tryWrite(): boolean {
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      const count = libc().write(this.#fd, piece);
      if (count >= 0) {
        this.isBegun = true;
        if (count === piece.length) this.#pieces.shift();
        else this.#pieces[0] = piece.subarray(count);
      } else if (count === -constants.EAGAIN) return false;
      else if (count !== -constants.EINTR) throw new OSError(-count);
    }
    return true;
  }
}

function lengthOf(bytes: number): Buffer {
  const isLong = bytes >= LONG_FROM;
  const length = Buffer.allocUnsafeSlow(isLong ? LENGTH_BYTES + LONG_BYTES : LENGTH_BYTES);
  length.writeInt32BE(isLong ? -1 : bytes);
  if (isLong) length.writeBigUInt64BE(BigInt(bytes), LENGTH_BYTES);
  return length;
}
