/** Types of C as the two foreign function interfaces know them: 32-bit, 64-bit and pointer. */
export type CType = 'i32' | 'i64' | 'ptr';

/** An argument for C: a number, memory, a raw address, or `null` for NULL. */
export type CArgument = number | Uint8Array | bigint | null;

export type CFunction = (...args: CArgument[]) => number;

/** What a handle of {@link Backend.pollFd} can do. */
export interface PollHandle {
  start(options: { readable?: boolean; writable?: boolean }, callback: () => void): void;
  stop(): void;
  close(): void;
  ref(): void;
  unref(): void;
}

/**
 * A foreign function interface, reduced to what a C library call needs.
 *
 * Two of them: koffi (Node 22 and later, an optional dependency) and node:ffi (Node 26.1 and later, built in, experimental).
 */
export interface Backend {
  readonly name: 'koffi' | 'node:ffi';
  /** The file it was loaded from; `null` for what is built in. */
  readonly modulePath: string | null;
  /** Binds a function of the running process, or answers `null` where the C library has none of that name. */
  bind(name: string, returns: CType, args: readonly CType[]): CFunction | null;
  /** The address of the memory under a view. It holds as long as the view is referenced. */
  address(memory: Uint8Array): bigint;
  /** `errno` of the last call that this thread made. */
  errno(): number;
  /** The C variable `environ` as it stands: the process's environment, for passing on unread. */
  environ(): bigint;
  /** Lets this thread's event loop watch a descriptor; `null` where the interface cannot. */
  readonly pollFd: ((fd: number) => PollHandle) | null;
}
