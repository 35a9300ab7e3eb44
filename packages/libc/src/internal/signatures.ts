import type { Backend, CFunction, CType } from '../backends/backend.ts';

type Signature = readonly [returns: CType, ...args: CType[]];

type RequiredName =
  | 'access'
  | 'alarm'
  | 'close'
  | 'epoll_create1'
  | 'epoll_ctl'
  | 'epoll_wait'
  | 'eventfd'
  | 'fcntl'
  | 'getitimer'
  | 'getpgid'
  | 'kill'
  | 'madvise'
  | 'mmap'
  | 'pipe2'
  | 'poll'
  | 'posix_spawn'
  | 'posix_spawn_file_actions_addclose'
  | 'posix_spawn_file_actions_adddup2'
  | 'posix_spawn_file_actions_destroy'
  | 'posix_spawn_file_actions_init'
  | 'posix_spawnattr_destroy'
  | 'posix_spawnattr_init'
  | 'posix_spawnattr_setflags'
  | 'posix_spawnattr_setpgroup'
  | 'posix_spawnattr_setsigdefault'
  | 'prctl'
  | 'read'
  | 'setitimer'
  | 'sigaction'
  | 'signal'
  | 'syscall'
  | 'waitid'
  | 'waitpid'
  | 'write';

/** Functions that not every C library has (glibc since 2.29 and 2.34), or not every Node (libuv's). */
type OptionalName =
  | 'posix_spawn_file_actions_addchdir_np'
  | 'memfd_create'
  | 'posix_spawn_file_actions_addclosefrom_np'
  | 'uv_async_send';

/** The C library's functions, callable. */
export type CFunctions = Readonly<
  Record<RequiredName, CFunction> &
    Record<OptionalName, CFunction | null> & {
      /** `syscall` with an address as its first argument, and as its fourth: of futex(2) and futex_waitv(2). */
      readonly syscallOnMemory: CFunction;
    }
>;

/** The functions, with their C types: result first. */
const SIGNATURES: Readonly<Record<RequiredName, Signature>> = {
  access: ['i32', 'ptr', 'i32'],
  alarm: ['i32', 'i32'],
  close: ['i32', 'i32'],
  epoll_create1: ['i32', 'i32'],
  epoll_ctl: ['i32', 'i32', 'i32', 'i32', 'ptr'],
  epoll_wait: ['i32', 'i32', 'ptr', 'i32', 'i32'],
  eventfd: ['i32', 'i32', 'i32'],
  fcntl: ['i32', 'i32', 'i32', 'i64'],
  getitimer: ['i32', 'i32', 'ptr'],
  getpgid: ['i32', 'i32'],
  kill: ['i32', 'i32', 'i32'],
  madvise: ['i32', 'ptr', 'i64', 'i32'],
  mmap: ['i64', 'ptr', 'i64', 'i32', 'i32', 'i32', 'i64'],
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
  prctl: ['i32', 'i32', 'i64', 'i64', 'i64', 'i64'],
  read: ['i64', 'i32', 'ptr', 'i64'],
  setitimer: ['i32', 'i32', 'ptr', 'ptr'],
  sigaction: ['i32', 'i32', 'ptr', 'ptr'],
  signal: ['i64', 'i32', 'i64'],
  syscall: ['i64', 'i64', 'i64', 'i64', 'i64', 'i64'],
  waitid: ['i32', 'i32', 'i32', 'ptr', 'i32'],
  waitpid: ['i32', 'i32', 'ptr', 'i32'],
  write: ['i64', 'i32', 'ptr', 'i64'],
} as const;

const OPTIONAL_SIGNATURES: Readonly<Record<OptionalName, Signature>> = {
  memfd_create: ['i32', 'ptr', 'i32'],
  posix_spawn_file_actions_addchdir_np: ['i32', 'ptr', 'ptr'],
  posix_spawn_file_actions_addclosefrom_np: ['i32', 'ptr', 'i32'],
  uv_async_send: ['i32', 'ptr'],
} as const;

type SocketName =
  | 'accept4'
  | 'bind'
  | 'connect'
  | 'freeaddrinfo'
  | 'getaddrinfo'
  | 'getsockname'
  | 'getsockopt'
  | 'listen'
  | 'memcpy'
  | 'setsockopt'
  | 'socket';

export type SocketFunctions = Readonly<Record<SocketName, CFunction>>;

/** Of sockets: bound when the first is made. */
const SOCKET_SIGNATURES: Readonly<Record<SocketName, Signature>> = {
  accept4: ['i32', 'i32', 'ptr', 'ptr', 'i32'],
  bind: ['i32', 'i32', 'ptr', 'i32'],
  connect: ['i32', 'i32', 'ptr', 'i32'],
  freeaddrinfo: ['i32', 'ptr'],
  getaddrinfo: ['i32', 'ptr', 'ptr', 'ptr', 'ptr'],
  getsockname: ['i32', 'i32', 'ptr', 'ptr'],
  getsockopt: ['i32', 'i32', 'i32', 'i32', 'ptr', 'ptr'],
  listen: ['i32', 'i32', 'i32'],
  memcpy: ['i64', 'ptr', 'ptr', 'i64'],
  setsockopt: ['i32', 'i32', 'i32', 'i32', 'ptr', 'i32'],
  socket: ['i32', 'i32', 'i32', 'i32'],
} as const;

/** @throws {Error} naming the first function that is missing. */
export function bindAll(ffi: Backend): CFunctions {
  const bound = {
    ...bindEach(ffi, SIGNATURES),
    ...bindEach(ffi, OPTIONAL_SIGNATURES, false),
    syscallOnMemory: ffi.bind('syscall', 'i64', ['i64', 'ptr', 'i64', 'i64', 'ptr', 'i64'])!,
  };
  return bound as CFunctions;
}

/** @throws {Error} naming the first function that is missing. */
export function bindSockets(ffi: Backend): SocketFunctions {
  return bindEach(ffi, SOCKET_SIGNATURES) as SocketFunctions;
}

function bindEach(
  ffi: Backend,
  signatures: Readonly<Record<string, Signature>>,
  isRequired = true,
): Readonly<Record<string, CFunction | null>> {
  const bound: Record<string, CFunction | null> = {};
  for (const [name, [returns, ...args]] of Object.entries(signatures)) {
    bound[name] = ffi.bind(name, returns, args);
    if (bound[name] === null && isRequired) throw new Error(`the C library has no ${name}`);
  }
  return bound;
}
