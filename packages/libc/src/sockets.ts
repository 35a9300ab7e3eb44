import type { Backend } from './backends/backend.ts';
import * as C from './constants.ts';
import { int32 } from './internal/integers.ts';
import { bindSockets, type SocketFunctions } from './internal/signatures.ts';
import { cString, STABLE_BYTES } from './strings.ts';

/** Where a socket is: a path (one that begins with NUL is no file: an abstract name), or a host's number and a port. */
export type SocketAddress =
  | { readonly family: 'unix'; readonly path: string }
  | { readonly family: 'inet' | 'inet6'; readonly host: string; readonly port: number };

/** More than `struct sockaddr_un`, the longest of them. */
const ADDRESS_BYTES = 128;
const PATH_BYTES = 108;
const INET_BYTES = 16;
const INET6_BYTES = 28;
/** `struct addrinfo`. */
const INFO_BYTES = 48;

/**
 * The C library's calls for stream sockets. They answer as those of `Libc` do: a result of 0 or more, or the negative errno.
 *
 * @example
 * import { constants, libc } from '@prac/libc';
 * const { sockets } = libc();
 * const server = sockets.socket('inet', constants.SOCK_CLOEXEC);
 * sockets.bind(server, { family: 'inet', host: '127.0.0.1', port: 0 });
 * sockets.listen(server, 1);
 * console.log(sockets.nameOf(server)); // { family: 'inet', host: '127.0.0.1', port: … }
 * libc().close(server);
 */
export class Sockets {
  readonly #ffi: Backend;
  readonly #c: SocketFunctions;

  /** @internal */
  constructor(ffi: Backend) {
    this.#ffi = ffi;
    this.#c = bindSockets(ffi);
  }

  /** Makes one. @param flags - `SOCK_CLOEXEC`, `SOCK_NONBLOCK`. */
  socket(family: SocketAddress['family'], flags: number): number {
    return this.#check(this.#c.socket(FAMILIES[family], C.SOCK_STREAM | int32(flags, 'flags'), 0));
  }

  /** Gives it a name. */
  bind(fd: number, address: SocketAddress): number {
    const [memory, length] = packed(address);
    return this.#check(this.#c.bind(int32(fd, 'fd'), memory, length));
  }

  listen(fd: number, backlog: number): number {
    return this.#check(this.#c.listen(int32(fd, 'fd'), int32(backlog, 'backlog')));
  }

  /** Connects it. One that does not block answers `-EINPROGRESS` (TCP): it is writable when that is over, see {@link errorOf}. */
  connect(fd: number, address: SocketAddress): number {
    const [memory, length] = packed(address);
    return this.#check(this.#c.connect(int32(fd, 'fd'), memory, length));
  }

  /** The next who has connected: its descriptor, and where it is. @param flags - `SOCK_CLOEXEC`, `SOCK_NONBLOCK`. */
  accept(fd: number, flags: number): readonly [fd: number, from: SocketAddress] | number {
    const [memory, length] = [new Uint8Array(ADDRESS_BYTES), lengthOf(ADDRESS_BYTES)];
    const accepted = this.#check(this.#c.accept4(int32(fd, 'fd'), memory, length, int32(flags, 'flags')));
    return accepted < 0 ? accepted : [accepted, unpacked(memory, read32(length))];
  }

  /** The name that it was given. */
  nameOf(fd: number): SocketAddress | number {
    const [memory, length] = [new Uint8Array(ADDRESS_BYTES), lengthOf(ADDRESS_BYTES)];
    const result = this.#check(this.#c.getsockname(int32(fd, 'fd'), memory, length));
    return result < 0 ? result : unpacked(memory, read32(length));
  }

  /** What became of its {@link connect}: 0, or the negative errno. */
  errorOf(fd: number): number {
    const [value, length] = [new Uint8Array(STABLE_BYTES), lengthOf(4)];
    const result = this.#check(this.#c.getsockopt(int32(fd, 'fd'), C.SOL_SOCKET, C.SO_ERROR, value, length));
    return result < 0 ? result : -read32(value);
  }

  /** Sets an option that is a number. */
  setOption(fd: number, level: number, option: number, value: number): number {
    const memory = lengthOf(value);
    return this.#check(this.#c.setsockopt(int32(fd, 'fd'), level, option, memory, 4));
  }

  /**
   * The numbers of a host. It may take long: it blocks the thread.
   *
   * @returns Its addresses with port 0; none if it is not known.
   */
  resolve(host: string): SocketAddress[] {
    const hints = new Uint8Array(STABLE_BYTES);
    new DataView(hints.buffer).setInt32(8, C.SOCK_STREAM, true);
    const list = new BigUint64Array(STABLE_BYTES / 8);
    if (this.#c.getaddrinfo(cString(host), null, hints, new Uint8Array(list.buffer)) !== 0) return [];
    const found: SocketAddress[] = [];
    for (let at = list[0]!; at !== 0n; ) {
      const info = new DataView(this.#copied(at, INFO_BYTES).buffer);
      const length = info.getUint32(16, true);
      if (length === INET_BYTES || length === INET6_BYTES)
        found.push(unpacked(this.#copied(info.getBigUint64(24, true), length), length));
      at = info.getBigUint64(40, true);
    }
    this.#c.freeaddrinfo(list[0]!);
    return found;
  }

  #copied(address: bigint, bytes: number): Uint8Array<ArrayBuffer> {
    const memory = new Uint8Array(Math.max(bytes, STABLE_BYTES));
    this.#c.memcpy(memory, address, bytes);
    return memory;
  }

  #check(result: number): number {
    return result === -1 ? -this.#ffi.errno() : result;
  }
}

const FAMILIES = { unix: C.AF_UNIX, inet: C.AF_INET, inet6: C.AF_INET6 } as const;

/** @throws {RangeError} if it is none. */
function packed(address: SocketAddress): readonly [memory: Uint8Array, length: number] {
  const memory = new Uint8Array(ADDRESS_BYTES);
  const view = new DataView(memory.buffer);
  view.setUint16(0, FAMILIES[address.family], true);
  if (address.family === 'unix') {
    const path = Buffer.from(address.path);
    if (path.length >= PATH_BYTES) throw new RangeError('AF_UNIX path too long');
    memory.set(path, 2);
    const isAbstract = path[0] === 0;
    return [memory, 2 + path.length + (isAbstract ? 0 : 1)];
  }
  if (!(Number.isInteger(address.port) && address.port >= 0 && address.port < 65_536))
    throw new RangeError('port must be 0-65535.');
  view.setUint16(2, address.port);
  const isFour = address.family === 'inet';
  const bytes = isFour ? bytesOf4(address.host) : bytesOf6(address.host);
  memory.set(bytes, isFour ? 4 : 8);
  return [memory, isFour ? INET_BYTES : INET6_BYTES];
}

function unpacked(memory: Uint8Array, length: number): SocketAddress {
  const view = new DataView(memory.buffer);
  const family = view.getUint16(0, true);
  if (family === C.AF_INET) return { family: 'inet', host: memory.subarray(4, 8).join('.'), port: view.getUint16(2) };
  if (family === C.AF_INET6) {
    const words = Array.from({ length: 8 }, (_, i) => view.getUint16(8 + 2 * i).toString(16));
    return { family: 'inet6', host: words.join(':'), port: view.getUint16(2) };
  }
  const bytes = Buffer.from(memory.subarray(2, Math.max(2, length)));
  const end = bytes.indexOf(0, 1);
  return { family: 'unix', path: bytes.toString('utf8', 0, end < 0 ? bytes.length : end) };
}

function bytesOf4(host: string): number[] {
  const parts = host.split('.').map(Number);
  if (parts.length !== 4 || !parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256))
    throw new RangeError(`Expected the number of a host, got ${JSON.stringify(host)}`);
  return parts;
}

function bytesOf6(host: string): number[] {
  const [before = '', after] = host.split('::') as [string, string?];
  const words = (text: string): number[] =>
    text
      .split(':')
      .flatMap((word) => (word.includes('.') ? pairs(bytesOf4(word)) : word === '' ? [] : [Number.parseInt(word, 16)]));
  const [start, end] = [words(before), words(after ?? '')];
  const all =
    after === undefined ? start : [...start, ...new Array(Math.max(0, 8 - start.length - end.length)).fill(0), ...end];
  if (all.length !== 8 || !all.every((word) => word >= 0 && word < 65_536))
    throw new RangeError(`Expected the number of a host, got ${JSON.stringify(host)}`);
  return all.flatMap((word) => [word >> 8, word & 255]);
}

function pairs([a = 0, b = 0, c = 0, d = 0]: number[]): number[] {
  return [256 * a + b, 256 * c + d];
}

function lengthOf(value: number): Uint8Array {
  const memory = new Uint8Array(STABLE_BYTES);
  new DataView(memory.buffer).setInt32(0, value, true);
  return memory;
}

function read32(memory: Uint8Array): number {
  return new DataView(memory.buffer).getInt32(0, true);
}
