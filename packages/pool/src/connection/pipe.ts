import { checkedOptions, NotImplementedError, OSError } from '@prac/exceptions';
import { constants, isLibcAvailable, libc } from '@prac/libc';
import { travels } from '../internal/world.ts';
import { Connection, Making } from './connection.ts';

/** Options of a {@link Pipe}. */
export interface PipeOptions {
  /** Whether both ends send and receive. Otherwise the first receives, and the second sends. @defaultValue true */
  readonly duplex?: boolean | null | undefined;
}

/**
 * Makes two ends of a connection, one of which usually goes to another process or thread.
 *
 * It holds 64 kB each way (the system's pipes): who sends more waits until it is received.
 *
 * Python: `multiprocessing.Pipe`.
 *
 * @typeParam Here - What the first end sends. @typeParam There - What the second one sends.
 * @throws {OSError} if the system has no more descriptors. {NotImplementedError} where the C library cannot be called.
 * @example
 * import { Pipe } from '@prac/pool';
 * const [receiver, sender] = Pipe({ duplex: false });
 * sender.sendSync({ n: 1 });
 * console.log(receiver.recvSync()); // { n: 1 }
 */
export function Pipe<Here = unknown, There = unknown>(
  options?: PipeOptions | null,
): [Connection<Here, There>, Connection<There, Here>] {
  const { duplex } = checkedOptions(options, ['duplex']);
  if (duplex != null && typeof duplex !== 'boolean')
    throw new TypeError(`Expected duplex to be a boolean, got ${String(duplex)}`);
  needsLibc();
  const [readHere, writeThere] = newPipe();
  if (duplex === false) return [end(readHere, -1), end(-1, writeThere)];
  try {
    const [readThere, writeHere] = newPipe();
    return [end(readHere, writeHere), end(readThere, writeThere)];
  } catch (error) {
    libc().close(readHere);
    libc().close(writeThere);
    throw error;
  }
}

travels('Pipe', Pipe);

/** @throws {NotImplementedError} */
export function needsLibc(): void {
  if (!isLibcAvailable())
    throw new NotImplementedError('connections need the C library, which cannot be called here: install koffi');
}

function newPipe(): [readFd: number, writeFd: number] {
  const pipe = libc().pipe2(constants.O_CLOEXEC | constants.O_NONBLOCK);
  if (typeof pipe === 'number') throw new OSError(-pipe);
  return pipe;
}

function end<Sent, Received>(readFd: number, writeFd: number): Connection<Sent, Received> {
  return new Connection(new Making({ readFd, writeFd, isSocket: false }));
}
