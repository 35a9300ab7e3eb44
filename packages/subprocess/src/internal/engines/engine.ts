import type { Readable, Writable } from 'node:stream';
import type { Kernel } from '../kernel.ts';
import type { Pollable } from '../pollable.ts';

/*
 * How a child is started, waited for, and connected. Three engines behind one interface; the first that works here is used:
 *
 *   posix-spawn    posix_spawn(2) and pipe2(2) through @prac/libc. Linux with koffi or node:ffi.
 *   fifo           node:child_process, with named pipes in place of its sockets. Linux without a foreign function interface.
 *   child-process  node:child_process as it is. Everywhere.
 */

/** A path or an argument: text, or bytes as they are. */
export type Bytes = string | Uint8Array;

/** Everything a child needs to begin, with Python's defaults and Python's checks behind it. */
export interface Launch {
  /** The program files to try in turn; the first that can be executed is. */
  readonly candidates: readonly Bytes[];
  /** `argv[0]` is the name the program sees. */
  readonly argv: readonly Bytes[];
  /** `NAME=value` entries; `null` passes the process's own environment on. */
  readonly env: readonly Bytes[] | null;
  readonly cwd: Bytes | undefined;
  /** What the child's descriptors 0, 1 and 2 are. */
  readonly stdio: readonly [ChildEnd, ChildEnd, ChildEnd];
  readonly closeFds: boolean;
  /** Further descriptors: [number here, number in the child]. */
  readonly passed: readonly (readonly [number, number])[];
  readonly newSession: boolean;
  readonly processGroup: number | undefined;
  readonly restoreSignals: boolean;
}

/** A descriptor of this process, or a pipe that the engine makes (where its kernel makes none). */
export type ChildEnd = number | 'pipe';

/** A child process that was started. It becomes ready when it has ended. */
export interface Child extends Pollable {
  readonly pid: number;
  /** The return code once the child has ended, negative for a signal; `undefined` before. Collects the zombie. */
  poll(): number | undefined;
  /** Whether the child has ended, leaving it for {@link Child.poll} to collect. */
  ended(): boolean;
  /** The parent's ends of the pipes that the engine made. */
  readonly streams: readonly [Writable | null, Readable | null, Readable | null];
}

export interface Engine {
  readonly name: 'posix-spawn' | 'fifo' | 'child-process';
  readonly kernel: Kernel;
  /** Whether it can start a child in a process group that is there already. */
  readonly joinsGroups: boolean;
  /** Starts a child. Returns the negative errno of what failed. */
  launch(launch: Launch): Child | number;
}

export const NO_STREAMS: Child['streams'] = [null, null, null];
