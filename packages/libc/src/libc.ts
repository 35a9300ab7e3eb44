import type { Backend } from './backends/backend.ts';
import * as C from './constants.ts';
import { int32 } from './internal/integers.ts';
import { bindAll, type CFunctions } from './internal/signatures.ts';
import { Spawner } from './internal/spawn.ts';
import { Sockets } from './sockets.ts';
import type { SpawnPlan } from './spawn-plan.ts';
import { cString, STABLE_BYTES } from './strings.ts';

// Node has it; its types have not.
declare namespace WebAssembly {
  const Memory: new (limits: {
    readonly initial: number;
    readonly maximum: number;
    readonly shared: true;
  }) => { readonly buffer: SharedArrayBuffer };
}

/** poll(2) takes an int. */
const MAX_MILLISECONDS = 2 ** 31 - 1;
/** More than glibc's and musl's `struct sigaction` (152 bytes). */
const SIGACTION_BYTES = 256;
/** A multiple of every page size of Linux. */
const PAGES_BYTES = 65_536n;
const FUTEX = C.SYS_futex[process.arch] ?? 0;
const MOST_WAITERS = 2 ** 31 - 1;

/**
 * The C library of this process. See {@link libc}.
 *
 * Every function answers as the kernel does: a result of 0 or more, or the negative errno. Nothing is thrown for a failed
 * call: whoever knows what it was for turns the number into an error. `errno` is read right after the call, before any other
 * code of this thread can change it.
 *
 *   caller ── close(99) ──> bound C function ──> -1 ──> errno() = EBADF ──> -9
 *
 * Arguments that C has no number for (NaN, 1.5, 2^40 as a descriptor) are a TypeError.
 */
export class Libc {
  /** Which foreign function interface is in use. */
  readonly backend: Backend['name'];
  /** Whether descriptors can be watched by the event loop ({@link FdWatch}): both interfaces can. */
  readonly canWatch: boolean = true;
  /** Whether the child's working directory can be set. */
  readonly canChdir: boolean;
  /** Whether `closeFrom` of a {@link SpawnPlan} can be honoured. */
  readonly canCloseFrom: boolean;
  /** @internal */
  readonly pollFd: Backend['pollFd'];
  /** Where the foreign function interface was loaded from, for a thread that is to load it by itself; `null`: built in. */
  readonly modulePath: string | null;

  readonly #ffi: Backend;
  readonly #c: CFunctions;
  readonly #spawner: Spawner;
  #sockets: Sockets | undefined;
  // Scratch memory, used within one call only: the functions do not call each other while they need it.
  readonly #out = new Int32Array(STABLE_BYTES / 4);
  readonly #outBytes = new Uint8Array(this.#out.buffer);

  /** @internal Made by {@link libc} only. */
  constructor(ffi: Backend) {
    this.#ffi = ffi;
    this.#c = bindAll(ffi);
    this.#spawner = new Spawner(ffi, this.#c);
    this.backend = ffi.name;
    this.pollFd = ffi.pollFd;
    this.modulePath = ffi.modulePath;
    this.canChdir = this.#c.posix_spawn_file_actions_addchdir_np !== null;
    this.canCloseFrom = this.#c.posix_spawn_file_actions_addclosefrom_np !== null;
  }

  /** Its calls for sockets. */
  get sockets(): Sockets {
    this.#sockets ??= new Sockets(this.#ffi);
    return this.#sockets;
  }

  /** Checks whether this process may use a file: `access(2)` with `R_OK`, `W_OK`, `X_OK`. */
  access(path: string | Uint8Array, mode: number): number {
    return this.#check(this.#c.access(cString(path), int32(mode, 'mode')));
  }

  /** Sends SIGALRM after so many whole seconds; 0 for never. Returns the seconds that were left of the one before. */
  alarm(seconds: number): number {
    return this.#c.alarm(int32(seconds, 'seconds'));
  }

  close(fd: number): number {
    return this.#check(this.#c.close(int32(fd, 'fd')));
  }

  fcntl(fd: number, command: number, argument = 0): number {
    if (!Number.isSafeInteger(argument)) throw new TypeError(`Expected argument to be an integer, got ${argument}`);
    return this.#check(this.#c.fcntl(int32(fd, 'fd'), int32(command, 'command'), argument));
  }

  /** Makes a counter with a descriptor, readable while it is not 0 (`EFD_CLOEXEC`, `EFD_NONBLOCK`). */
  eventfd(flags: number): number {
    return this.#check(this.#c.eventfd(0, int32(flags, 'flags')));
  }

  /** What is left of a timer: `[seconds until the next signal, seconds between signals]`, or the negative errno. */
  getitimer(which: number): [number, number] | number {
    const result = this.#check(this.#c.getitimer(int32(which, 'which'), this.#outBytes));
    return result < 0 ? result : readTimer(this.#outBytes);
  }

  /**
   * Sets a timer that sends signals.
   *
   * @param seconds - Until the first signal; 0 for never.
   * @param interval - Between the signals; 0 for one only.
   * @returns What was left of the one before, as {@link getitimer}, or the negative errno.
   */
  setitimer(which: number, seconds: number, interval: number): [number, number] | number {
    const timer = new Uint8Array(STABLE_BYTES);
    writeTimer(timer, seconds, interval);
    const result = this.#check(this.#c.setitimer(int32(which, 'which'), timer, this.#outBytes));
    return result < 0 ? result : readTimer(this.#outBytes);
  }

  getpgid(pid: number): number {
    return this.#check(this.#c.getpgid(int32(pid, 'pid')));
  }

  kill(pid: number, signal: number): number {
    return this.#check(this.#c.kill(int32(pid, 'pid'), int32(signal, 'signal')));
  }

  /**
   * Tells the kernel what memory is for, as far as it is made of whole pages: what lies at its edges is left out.
   *
   * @param advice - `MADV_HUGEPAGE`.
   * @returns 0, or the negative errno (-EINVAL where the kernel does not know the advice).
   */
  madvise(memory: Uint8Array, advice: number): number {
    const address = this.#ffi.address(memory);
    const start = ((address + PAGES_BYTES - 1n) / PAGES_BYTES) * PAGES_BYTES;
    const end = ((address + BigInt(memory.length)) / PAGES_BYTES) * PAGES_BYTES;
    if (end <= start) return 0;
    return this.#check(this.#c.madvise(start, Number(end - start), int32(advice, 'advice')));
  }

  /**
   * Makes a pipe.
   *
   * @param flags - `O_CLOEXEC`, `O_NONBLOCK` (both ends).
   * @returns `[read end, write end]`, or the negative errno.
   */
  pipe2(flags: number): [number, number] | number {
    const result = this.#check(this.#c.pipe2(this.#outBytes, int32(flags, 'flags')));
    return result < 0 ? result : [this.#out[0]!, this.#out[1]!];
  }

  /** Opens a descriptor for a process: readable when it has ended. Negative errno (ENOSYS) before Linux 5.3. */
  pidfdOpen(pid: number): number {
    return this.#check(this.#c.syscall(C.SYS_pidfd_open, int32(pid, 'pid'), 0, 0, 0));
  }

  /**
   * Takes a descriptor of another process: a duplicate of it is this process's, closed on exec. The system has to allow it (that of a
   * relative, as a rule; `-EPERM`); `-ENOSYS` before Linux 5.6.
   *
   * @param pidfd - Of {@link pidfdOpen}.
   */
  pidfdGetfd(pidfd: number, fd: number): number {
    return this.#check(this.#c.syscall(C.SYS_pidfd_getfd, int32(pidfd, 'pidfd'), int32(fd, 'fd'), 0, 0));
  }

  /** Sends a signal to the process behind a descriptor of {@link pidfdOpen}. */
  pidfdSendSignal(pidfd: number, signal: number): number {
    const [fd, number] = [int32(pidfd, 'pidfd'), int32(signal, 'signal')];
    return this.#check(this.#c.syscall(C.SYS_pidfd_send_signal, fd, number, 0, 0));
  }

  /**
   * Sets what a signal does, to one of the two things that need no handler.
   *
   * @param disposition - `SIG_DFL` or `SIG_IGN`.
   * @returns 0, or the negative errno.
   */
  signal(signal: number, disposition: 0 | 1): number {
    return Math.min(0, this.#check(this.#c.signal(int32(signal, 'signal'), int32(disposition, 'disposition'))));
  }

  /**
   * What a signal does now: a `struct sigaction`, to be given back to {@link setSigaction} unread.
   *
   * @returns The structure, or the negative errno.
   */
  sigaction(signal: number): Uint8Array | number {
    const action = new Uint8Array(SIGACTION_BYTES);
    const result = this.#check(this.#c.sigaction(int32(signal, 'signal'), null, action));
    return result < 0 ? result : action;
  }

  /** Has a signal do what it did when {@link sigaction} was asked. */
  setSigaction(signal: number, action: Uint8Array): number {
    if (action.length < SIGACTION_BYTES) throw new TypeError('Expected what sigaction() has answered');
    return this.#check(this.#c.sigaction(int32(signal, 'signal'), action, null));
  }

  /**
   * Makes a file that is in memory, and has no name: for memory that processes share, who inherit its descriptor.
   *
   * @param name - For debugging: it is seen in `/proc`.
   * @param flags - `MFD_CLOEXEC`.
   * @returns The descriptor, or the negative errno (ENOSYS where the C library does not have it).
   */
  memfdCreate(name: string, flags: number): number {
    const create = this.#c.memfd_create;
    return create === null ? -C.ENOSYS : this.#check(create(cString(name), int32(flags, 'flags')));
  }

  /** The address of memory that never moves: that of a SharedArrayBuffer. It holds as long as the memory is referenced. */
  addressOf(memory: Uint8Array): bigint {
    return this.#ffi.address(memory);
  }

  /**
   * Maps a file: memory that all share who have done the same.
   *
   * It is that of a shared WebAssembly.Memory, the only one that never moves and is a SharedArrayBuffer; the pages of the file are put in
   * the place of its own. V8 unmaps it.
   *
   * @param bytes - How many: the file has to be as long. What is left of the last 65,536 is memory of this process alone.
   * @returns The memory, or the negative errno.
   * @throws {RangeError} if there is no room for it in this process's address space (each takes 8 GiB of that).
   */
  mapShared(fd: number, bytes: number): SharedArrayBuffer | number {
    if (!(Number.isSafeInteger(bytes) && bytes > 0)) throw new TypeError(`Expected a number of bytes, got ${bytes}`);
    const pages = Math.ceil(bytes / Number(PAGES_BYTES));
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const address = this.#ffi.address(new Uint8Array(buffer));
    const [protection, flags] = [C.PROT_READ | C.PROT_WRITE, C.MAP_SHARED | C.MAP_FIXED];
    const result = this.#check(this.#c.mmap(address, bytes, protection, flags, int32(fd, 'fd'), 0));
    return result < 0 && result > -4096 ? result : buffer;
  }

  /**
   * Sleeps while a word of shared memory has a value: `futex(2)`, also between processes. Blocks the thread.
   *
   * @param address - Of the word: see {@link addressOf}.
   * @param milliseconds - At most.
   * @returns 0 if it was woken; `-EAGAIN` (it has another value), `-ETIMEDOUT`, `-EINTR` (a signal came).
   */
  futexWait(address: bigint, expected: number, milliseconds: number): number {
    const limit = new BigInt64Array(STABLE_BYTES / 8);
    limit[0] = BigInt(Math.floor(milliseconds / 1000));
    limit[1] = BigInt(Math.floor((milliseconds % 1000) * 1e6));
    const timespec = new Uint8Array(limit.buffer);
    return this.#check(this.#c.syscallOnMemory(FUTEX, address, C.FUTEX_WAIT, int32(expected, 'expected'), timespec, 0));
  }

  /** Wakes up to so many of those who sleep on a word. Returns how many there were. */
  futexWake(address: bigint, count: number): number {
    return this.#check(this.#c.syscallOnMemory(FUTEX, address, C.FUTEX_WAKE, Math.min(count, MOST_WAITERS), null, 0));
  }

  /**
   * Sleeps while each of several words has its value: `futex_waitv(2)` (Linux 5.16). Blocks the thread.
   *
   * @param words - Addresses and values, 128 at most.
   * @param milliseconds - At most.
   * @returns Which of them was woken (a hint), or the negative errno, as {@link futexWait}.
   */
  futexWaitAny(words: readonly (readonly [address: bigint, expected: number])[], milliseconds: number): number {
    const list = new BigUint64Array(Math.max(3 * words.length, STABLE_BYTES / 8));
    for (const [i, [address, expected]] of words.entries()) {
      list[3 * i] = BigInt(expected >>> 0);
      list[3 * i + 1] = address;
      list[3 * i + 2] = BigInt(C.FUTEX2_SIZE_U32);
    }
    const end = process.hrtime.bigint() + BigInt(Math.ceil(milliseconds * 1e6)); // the clock is CLOCK_MONOTONIC
    const limit = new BigInt64Array(STABLE_BYTES / 8);
    limit[0] = end / 1_000_000_000n;
    limit[1] = end % 1_000_000_000n;
    const [memory, timespec] = [new Uint8Array(list.buffer), new Uint8Array(limit.buffer)];
    const { syscallOnMemory } = this.#c;
    return this.#check(syscallOnMemory(C.SYS_futex_waitv, memory, words.length, 0, timespec, C.CLOCK_MONOTONIC));
  }

  /** @internal Wakes a libuv loop of another thread. @param handle - The address of its `uv_async_t`. */
  uvAsyncSend(handle: bigint): boolean {
    return this.#c.uv_async_send !== null && this.#c.uv_async_send(handle) === 0;
  }

  /**
   * Waits until one of the descriptors is ready. Blocks the thread.
   *
   * @param wanted - Pairs of descriptor and events (`POLLIN`, `POLLOUT`).
   * @param milliseconds - Time limit, rounded up; negative for none.
   * @returns The events of each descriptor, in order (all 0 at the time limit), or the negative errno (`-EINTR` among them).
   */
  poll(wanted: readonly (readonly [number, number])[], milliseconds: number): number[] | number {
    const limit = int32(milliseconds < 0 ? -1 : Math.min(Math.ceil(milliseconds), MAX_MILLISECONDS), 'milliseconds');
    const memory = new Uint8Array(Math.max(8 * wanted.length, STABLE_BYTES));
    const view = new DataView(memory.buffer);
    wanted.forEach(([fd, events], i) => {
      view.setInt32(8 * i, int32(fd, 'fd'), true);
      view.setInt16(8 * i + 4, events, true);
    });
    const result = this.#check(this.#c.poll(memory, wanted.length, limit));
    return result < 0 ? result : wanted.map((_, i) => view.getInt16(8 * i + 6, true));
  }

  /**
   * Sets something of this process: `prctl(2)`.
   *
   * @param option - `PR_SET_PDEATHSIG`.
   */
  prctl(option: number, argument: number): number {
    return this.#check(this.#c.prctl(int32(option, 'option'), int32(argument, 'argument'), 0, 0, 0));
  }

  /** Reads into `memory`. Returns the number of bytes, 0 at the end of file, or the negative errno. */
  read(fd: number, memory: Uint8Array): number {
    return this.#check(this.#c.read(int32(fd, 'fd'), memory, memory.length));
  }

  /** Writes `memory`. Returns the number of bytes taken, or the negative errno. */
  write(fd: number, memory: Uint8Array): number {
    return this.#check(this.#c.write(int32(fd, 'fd'), memory, memory.length));
  }

  /**
   * Starts a program.
   *
   * The child shares the parent's memory until it has executed its program (CLONE_VFORK): the time does not grow with the
   * size of this process.
   *
   * @returns The process id, or the negative errno of the action that failed in the child.
   * @throws {RangeError} if a string has a NUL of its own.
   */
  posixSpawn(plan: SpawnPlan): number {
    return this.#spawner.spawn(plan);
  }

  /**
   * Asks for the end of a child, without waiting if `options` has `WNOHANG`.
   *
   * @returns The wait status, `undefined` while the child runs, or the (positive) errno: a status may be any number.
   */
  waitpid(pid: number, options: number): { status: number } | { errno: number } | undefined {
    const result = this.#check(this.#c.waitpid(int32(pid, 'pid'), this.#outBytes, int32(options, 'options')));
    if (result < 0) return { errno: -result };
    return result === 0 ? undefined : { status: this.#out[0]! };
  }

  /** Tells whether a child has ended, leaving it for `waitpid` to collect. Negative errno if it is no child of ours. */
  hasEnded(pid: number): boolean | number {
    this.#out[0] = 0; // si_signo stays 0 where nothing has ended
    const options = C.WEXITED | C.WNOHANG | C.WNOWAIT;
    const result = this.#check(this.#c.waitid(C.P_PID, int32(pid, 'pid'), this.#outBytes, options));
    return result < 0 ? result : this.#out[0] !== 0;
  }

  /** @internal Makes an epoll instance, closed on exec. */
  epollCreate(): number {
    return this.#check(this.#c.epoll_create1(C.O_CLOEXEC));
  }

  /** @internal `event` is a `struct epoll_event`. */
  epollControl(epoll: number, operation: number, fd: number, event: Uint8Array): number {
    return this.#check(this.#c.epoll_ctl(epoll, operation, int32(fd, 'fd'), event));
  }

  /** @internal Fills `events` with what is ready now. Returns how many there are. */
  epollReady(epoll: number, events: Uint8Array, capacity: number): number {
    return this.#check(this.#c.epoll_wait(epoll, events, capacity, 0));
  }

  #check(result: number): number {
    return result === -1 ? -this.#ffi.errno() : result;
  }
}

/** `struct itimerval`: the interval, then the time that is left, each in seconds and microseconds. */
function writeTimer(memory: Uint8Array, seconds: number, interval: number): void {
  const view = new DataView(memory.buffer);
  [interval, seconds].forEach((time, i) => {
    const microseconds = Math.ceil(time * 1e6);
    view.setBigInt64(16 * i, BigInt(Math.floor(microseconds / 1e6)), true);
    view.setBigInt64(16 * i + 8, BigInt(microseconds % 1e6), true);
  });
}

function readTimer(memory: Uint8Array): [number, number] {
  const view = new DataView(memory.buffer, memory.byteOffset);
  const [interval, left] = [0, 16].map(
    (at) => Number(view.getBigInt64(at, true)) + Number(view.getBigInt64(at + 8, true)) / 1e6,
  );
  return [left!, interval!];
}
