import type { Backend, CArgument, CFunction, CType } from './backends/backend.ts';
import * as C from './constants.ts';
import { cString, STABLE_BYTES, stringVector } from './strings.ts';

/*
 * Every function answers as the kernel does: a result of 0 or more, or the negative errno. Nothing is thrown for a failed
 * call: whoever knows what it was for turns the number into an error. `errno` is read right after the call, before any other
 * code of this thread can change it.
 *
 *   caller ── close(99) ──> bound C function ──> -1 ──> errno() = EBADF ──> -9
 */

/** The functions, with their C types: result first. */
const SIGNATURES = {
  access: ['i32', 'ptr', 'i32'],
  close: ['i32', 'i32'],
  fcntl: ['i32', 'i32', 'i32', 'i64'],
  getpgid: ['i32', 'i32'],
  kill: ['i32', 'i32', 'i32'],
  pipe2: ['i32', 'ptr', 'i32'],
  poll: ['i32', 'ptr', 'i64', 'i32'],
  posix_spawn: ['i32', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr', 'ptr'],
  posix_spawn_file_actions_addclose: ['i32', 'ptr', 'i32'],
  posix_spawn_file_actions_adddup2: ['i32', 'ptr', 'i32', 'i32'],
  posix_spawn_file_actions_destroy: ['i32', 'ptr'],
  posix_spawn_file_actions_init: ['i32', 'ptr'],
  posix_spawnattr_destroy: ['i32', 'ptr'],
  posix_spawnattr_init: ['i32', 'ptr'],
  posix_spawnattr_setflags: ['i32', 'ptr', 'i32'],
  posix_spawnattr_setpgroup: ['i32', 'ptr', 'i32'],
  posix_spawnattr_setsigdefault: ['i32', 'ptr', 'ptr'],
  read: ['i64', 'i32', 'ptr', 'i64'],
  syscall: ['i64', 'i64', 'i64', 'i64'],
  waitid: ['i32', 'i32', 'i32', 'ptr', 'i32'],
  waitpid: ['i32', 'i32', 'ptr', 'i32'],
  write: ['i64', 'i32', 'ptr', 'i64'],
} as const satisfies Record<string, readonly [CType, ...CType[]]>;

/** Functions that not every C library has (glibc has them since 2.29 and 2.34). */
const OPTIONAL_SIGNATURES = {
  posix_spawn_file_actions_addchdir_np: ['i32', 'ptr', 'ptr'],
  posix_spawn_file_actions_addclosefrom_np: ['i32', 'ptr', 'i32'],
} as const satisfies Record<string, readonly [CType, ...CType[]]>;

type Required = Record<keyof typeof SIGNATURES, CFunction>;
type Optional = Record<keyof typeof OPTIONAL_SIGNATURES, CFunction | null>;

/** What `posix_spawn` is to do. Descriptor actions run in the child in the order of the fields. */
export interface SpawnPlan {
  /** The program file; no search in PATH. */
  readonly path: string | Uint8Array;
  readonly argv: readonly (string | Uint8Array)[];
  /** `NAME=value` entries; `null` passes this process's C environment on. */
  readonly env: readonly (string | Uint8Array)[] | null;
  /** Working directory of the child. */
  readonly cwd?: string | Uint8Array | undefined;
  /** Pairs [descriptor here, descriptor there]; equal numbers make the descriptor inheritable. */
  readonly dup2: readonly (readonly [number, number])[];
  /** Descriptors to close in the child. */
  readonly close?: readonly number[] | undefined;
  /** Closes every descriptor at or above this number; needs `canCloseFrom`. */
  readonly closeFrom?: number | undefined;
  /** Signals set back to their default action in the child. */
  readonly defaultSignals?: readonly number[] | undefined;
  /** Makes the child the leader of a new session. */
  readonly newSession?: boolean | undefined;
  /** Process group to join; 0 makes a new one of the child's own. */
  readonly processGroup?: number | undefined;
}

/** The C library of this process. See {@link libc}. */
export class Libc {
  /** Which foreign function interface is in use. */
  readonly backend: Backend['name'];
  /** Whether descriptors can be watched by the event loop ({@link FdWatch}). */
  readonly canWatch: boolean;
  /** Whether the child's working directory can be set. */
  readonly canChdir: boolean;
  /** Whether `closeFrom` of a {@link SpawnPlan} can be honoured. */
  readonly canCloseFrom: boolean;
  /** @internal */
  readonly pollFd: Backend['pollFd'];

  readonly #ffi: Backend;
  readonly #c: Required & Optional;
  // Scratch memory, used within one call only: the functions do not call each other while they need it.
  readonly #fileActions = new Uint8Array(512);
  readonly #attributes = new Uint8Array(1024);
  readonly #signalSet = new Uint8Array(STABLE_BYTES);
  readonly #out = new Int32Array(STABLE_BYTES / 4);
  readonly #outBytes = new Uint8Array(this.#out.buffer);

  /** @internal Made by {@link libc} only. */
  constructor(ffi: Backend) {
    this.#ffi = ffi;
    this.#c = bindAll(ffi);
    this.backend = ffi.name;
    this.pollFd = ffi.pollFd;
    this.canWatch = ffi.pollFd !== null;
    this.canChdir = this.#c.posix_spawn_file_actions_addchdir_np !== null;
    this.canCloseFrom = this.#c.posix_spawn_file_actions_addclosefrom_np !== null;
  }

  /** Checks whether this process may use a file: `access(2)` with `R_OK`, `W_OK`, `X_OK`. */
  access(path: string | Uint8Array, mode: number): number {
    return this.#check(this.#c.access(cString(path), mode));
  }

  close(fd: number): number {
    return this.#check(this.#c.close(fd));
  }

  fcntl(fd: number, command: number, argument = 0): number {
    return this.#check(this.#c.fcntl(fd, command, argument));
  }

  getpgid(pid: number): number {
    return this.#check(this.#c.getpgid(pid));
  }

  kill(pid: number, signal: number): number {
    return this.#check(this.#c.kill(pid, signal));
  }

  /**
   * Makes a pipe.
   *
   * @param flags - `O_CLOEXEC`, `O_NONBLOCK` (both ends).
   * @returns `[read end, write end]`, or the negative errno.
   */
  pipe2(flags: number): [number, number] | number {
    const result = this.#check(this.#c.pipe2(this.#outBytes, flags));
    return result < 0 ? result : [this.#out[0]!, this.#out[1]!];
  }

  /** Opens a descriptor for a process: readable when it has ended. Negative errno (ENOSYS) before Linux 5.3. */
  pidfdOpen(pid: number): number {
    return this.#check(this.#c.syscall(C.SYS_pidfd_open, pid, 0));
  }

  /**
   * Waits until one of the descriptors is ready. Blocks the thread.
   *
   * @param wanted - Pairs of descriptor and events (`POLLIN`, `POLLOUT`).
   * @param milliseconds - Time limit; -1 for none.
   * @returns The events of each descriptor, in order (all 0 at the time limit), or the negative errno (`-EINTR` among them).
   */
  poll(wanted: readonly (readonly [number, number])[], milliseconds: number): number[] | number {
    const size = Math.max(8 * wanted.length, STABLE_BYTES);
    const memory = new Uint8Array(size);
    const view = new DataView(memory.buffer);
    wanted.forEach(([fd, events], i) => {
      view.setInt32(8 * i, fd, true);
      view.setInt16(8 * i + 4, events, true);
    });
    const result = this.#check(this.#c.poll(memory, wanted.length, milliseconds));
    return result < 0 ? result : wanted.map((_, i) => view.getInt16(8 * i + 6, true));
  }

  /** Reads into `memory`. Returns the number of bytes, 0 at the end of file, or the negative errno. */
  read(fd: number, memory: Uint8Array): number {
    return this.#check(this.#c.read(fd, memory, memory.length));
  }

  /** Writes `memory`. Returns the number of bytes taken, or the negative errno. */
  write(fd: number, memory: Uint8Array): number {
    return this.#check(this.#c.write(fd, memory, memory.length));
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
    const path = cString(plan.path);
    const argv = stringVector(plan.argv, this.#ffi);
    const env = plan.env === null ? this.#ffi.environ() : stringVector(plan.env, this.#ffi);
    const cwd = plan.cwd === undefined ? undefined : cString(plan.cwd);
    const actions = this.#fileActions;
    const attributes = this.#attributes;
    this.#c.posix_spawn_file_actions_init(actions);
    this.#c.posix_spawnattr_init(attributes);
    try {
      const failed = this.#addActions(plan, cwd) || this.#setAttributes(plan);
      // These functions return the error number itself.
      const error = failed || this.#c.posix_spawn(this.#outBytes, path, actions, attributes, argv, env);
      return error ? -error : this.#out[0]!;
    } finally {
      this.#c.posix_spawn_file_actions_destroy(actions);
      this.#c.posix_spawnattr_destroy(attributes);
    }
  }

  /**
   * Asks for the end of a child, without waiting unless `options` lacks `WNOHANG`.
   *
   * @returns The wait status, `undefined` while the child runs, or the (positive) errno: a status may be any number.
   */
  waitpid(pid: number, options: number): { status: number } | { errno: number } | undefined {
    const result = this.#check(this.#c.waitpid(pid, this.#outBytes, options));
    if (result < 0) return { errno: -result };
    return result === 0 ? undefined : { status: this.#out[0]! };
  }

  /** Tells whether a child has ended, leaving it for `waitpid` to collect. Negative errno if it is no child of ours. */
  hasEnded(pid: number): boolean | number {
    this.#out[0] = 0; // si_signo stays 0 where nothing has ended
    const result = this.#check(this.#c.waitid(C.P_PID, pid, this.#outBytes, C.WEXITED | C.WNOHANG | C.WNOWAIT));
    return result < 0 ? result : this.#out[0] !== 0;
  }

  #addActions(plan: SpawnPlan, cwd: Uint8Array | undefined): number {
    const actions = this.#fileActions;
    const c = this.#c;
    for (const [from, to] of plan.dup2) {
      const error = c.posix_spawn_file_actions_adddup2(actions, from, to);
      if (error) return error;
    }
    for (const fd of plan.close ?? []) {
      const error = c.posix_spawn_file_actions_addclose(actions, fd);
      if (error) return error;
    }
    if (plan.closeFrom !== undefined) {
      const error = c.posix_spawn_file_actions_addclosefrom_np?.(actions, plan.closeFrom) ?? C.ENOSYS;
      if (error) return error;
    }
    return cwd === undefined ? 0 : (c.posix_spawn_file_actions_addchdir_np?.(actions, cwd) ?? C.ENOSYS);
  }

  #setAttributes(plan: SpawnPlan): number {
    const attributes = this.#attributes;
    let flags = 0;
    if (plan.defaultSignals?.length) {
      flags |= C.POSIX_SPAWN_SETSIGDEF;
      this.#signalSet.fill(0);
      for (const signal of plan.defaultSignals) this.#signalSet[(signal - 1) >> 3]! |= 1 << ((signal - 1) & 7);
      this.#c.posix_spawnattr_setsigdefault(attributes, this.#signalSet);
    }
    if (plan.newSession) flags |= C.POSIX_SPAWN_SETSID;
    if (plan.processGroup !== undefined) {
      flags |= C.POSIX_SPAWN_SETPGROUP;
      this.#c.posix_spawnattr_setpgroup(attributes, plan.processGroup);
    }
    return this.#c.posix_spawnattr_setflags(attributes, flags);
  }

  #check(result: number): number {
    return result === -1 ? -this.#ffi.errno() : result;
  }
}

/** @throws {Error} naming the first function that is missing. */
function bindAll(ffi: Backend): Required & Optional {
  const bound: Record<string, CFunction | null> = {};
  for (const [name, [returns, ...args]] of Object.entries({ ...SIGNATURES, ...OPTIONAL_SIGNATURES })) {
    bound[name] = ffi.bind(name, returns, args);
    if (bound[name] === null && name in SIGNATURES) throw new Error(`the C library has no ${name}`);
  }
  return bound as Required & Optional;
}

export type { CArgument };
