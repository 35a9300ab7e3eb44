import { getSystemErrorName } from 'node:util';
import { EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLLIN, EPOLLOUT } from '../constants.ts';
import type { Libc } from '../libc.ts';
import { STABLE_BYTES } from '../strings.ts';
import { createDriver, type Driver } from './drivers.ts';

/** `struct epoll_event` is packed on x86-64 only. */
const EVENT_BYTES = process.arch === 'x64' ? 12 : 16;
const DATA_OFFSET = process.arch === 'x64' ? 4 : 8;
const CAPACITY = 256;

interface Started {
  readonly fd: number;
  readonly callback: () => void;
}

const sets = new WeakMap<Libc, WatchSet>();

/** The watches of this thread. */
export function watchSet(library: Libc): WatchSet {
  const known = sets.get(library);
  if (known !== undefined) return known;
  const set = new WatchSet(library);
  sets.set(library, set);
  return set;
}

/**
 * All watches of a thread, in one epoll instance of their own:
 *
 *   watch ── start: epoll_ctl ──> epoll descriptor ── driver ──> turn: epoll_wait, callbacks
 *
 * The descriptors themselves are not touched (libuv's own handle would make them non-blocking), what cannot be watched is an
 * error (libuv through koffi would abort), and a Node stream may use the same descriptor.
 *
 * The epoll descriptor is open while there is an open watch.
 *
 * An event carries the watch's serial number, not the descriptor: a callback of the same turn may have closed the descriptor
 * and a new watch may have got the same number.
 */
export class WatchSet {
  readonly #library: Libc;
  readonly #started = new Map<number, Started>();
  /** The serial number that epoll has for a descriptor. */
  readonly #serials = new Map<number, number>();
  readonly #event = new DataView(new ArrayBuffer(STABLE_BYTES));
  readonly #events = new DataView(new ArrayBuffer(CAPACITY * EVENT_BYTES));
  #serial = 0;
  #open = 0;
  #epoll = -1;
  #driver: Driver | undefined;

  constructor(library: Libc) {
    this.#library = library;
  }

  /** Counts a watch, so that the epoll descriptor is kept. */
  open(): void {
    if (this.#open++ > 0) return;
    this.#epoll = this.#library.epollCreate();
    if (this.#epoll < 0) {
      this.#open = 0;
      throw systemError(this.#epoll, 'epoll_create1');
    }
    this.#driver = createDriver(this.#library, this.#epoll, () => this.#turn());
  }

  close(): void {
    if (--this.#open > 0) return;
    this.#driver?.close();
    this.#library.close(this.#epoll);
    this.#driver = undefined;
    this.#epoll = -1;
  }

  /** @returns The serial number of the watch, for {@link remove}. */
  add(fd: number, watchFor: 'readable' | 'writable', callback: () => void): number {
    this.#serial = (this.#serial + 1) >>> 0;
    const serial = this.#serial;
    this.#event.setUint32(0, watchFor === 'readable' ? EPOLLIN : EPOLLOUT, true);
    this.#event.setUint32(DATA_OFFSET, serial, true);
    const result = this.#library.epollControl(this.#epoll, EPOLL_CTL_ADD, fd, bytesOf(this.#event));
    if (result < 0) throw systemError(result, 'epoll_ctl', fd);
    this.#started.set(serial, { fd, callback });
    this.#serials.set(fd, serial);
    if (this.#started.size === 1) this.#driver?.start();
    return serial;
  }

  remove(serial: number): void {
    const fd = this.#started.get(serial)?.fd;
    if (fd === undefined) return;
    this.#started.delete(serial);
    if (this.#serials.get(fd) === serial) {
      this.#serials.delete(fd);
      this.#library.epollControl(this.#epoll, EPOLL_CTL_DEL, fd, bytesOf(this.#event));
    }
    if (this.#started.size === 0) this.#driver?.stop();
  }

  #turn(): number {
    if (this.#started.size === 0) return 0;
    const events = this.#events;
    const ready = this.#library.epollReady(this.#epoll, bytesOf(events), CAPACITY);
    // All serial numbers first: a callback may start watches, and whatever closes the last watch ends this epoll instance.
    const serials = Array.from({ length: Math.max(ready, 0) }, (_, i) =>
      events.getUint32(i * EVENT_BYTES + DATA_OFFSET, true),
    );
    for (const serial of serials) this.#started.get(serial)?.callback();
    return serials.length;
  }
}

function bytesOf(view: DataView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(view.buffer);
}

/** An error as Node's `fs` throws it. */
function systemError(errno: number, syscall: string, fd?: number): Error {
  const code = getSystemErrorName(errno);
  const what = code === 'EEXIST' ? ': it is watched already' : '';
  const where = fd === undefined ? '' : ` of descriptor ${fd}${what}`;
  return Object.assign(new Error(`${code}, ${syscall}${where}`), { errno, code, syscall });
}
