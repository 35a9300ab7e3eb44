/** Numbers of the Linux ABI (equal on x86-64, arm64, riscv64 and ppc64). */

/** `pipe2`, `open`: close the descriptor when a program is executed. */
export const O_CLOEXEC = 0o2000000;
/** Reads and writes of this open file description do not block. */
export const O_NONBLOCK = 0o4000;

export const F_GETFD = 1;
export const F_SETFD = 2;
export const F_GETFL = 3;
export const F_SETFL = 4;
/** Duplicates to the lowest free number at or above the argument, close-on-exec. */
export const F_DUPFD_CLOEXEC = 1030;
/** Sets the capacity of a pipe, in bytes. */
export const F_SETPIPE_SZ = 1031;
export const F_GETPIPE_SZ = 1032;
export const FD_CLOEXEC = 1;

export const POLLIN = 1;
export const POLLOUT = 4;
export const POLLERR = 8;
export const POLLHUP = 16;
export const POLLNVAL = 32;

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const SOCK_STREAM = 1;
/** `socket`, `accept4`: as `O_CLOEXEC`, `O_NONBLOCK`. */
export const SOCK_CLOEXEC = 0o2000000;
export const SOCK_NONBLOCK = 0o4000;
export const SOL_SOCKET = 1;
export const SO_REUSEADDR = 2;
export const SO_ERROR = 4;
export const IPPROTO_TCP = 6;
export const TCP_NODELAY = 1;

export const EPOLL_CTL_ADD = 1;
export const EPOLL_CTL_DEL = 2;
export const EPOLLIN = 1;
export const EPOLLOUT = 4;

/** `memfd_create`: close the descriptor when a program is executed. */
export const MFD_CLOEXEC = 1;

export const PROT_READ = 1;
export const PROT_WRITE = 2;
export const MAP_SHARED = 1;
export const MAP_FIXED = 0x10;

export const FUTEX_WAIT = 0;
export const FUTEX_WAKE = 1;
/** Of a `struct futex_waitv`: a word of 32 bits, which processes share. */
export const FUTEX2_SIZE_U32 = 2;

/** `madvise`: pages of 2 MiB, where the system gives them on request only. */
export const MADV_HUGEPAGE = 14;

/** `waitpid`: return at once. */
export const WNOHANG = 1;
/** `waitid`: leave the child as it is. */
export const WNOWAIT = 0x01000000;
export const WEXITED = 4;
export const P_PID = 1;

export const X_OK = 1;

/** `prctl`: the signal that this process gets when the thread that started it ends. */
export const PR_SET_PDEATHSIG = 1;

/** `eventfd`: as `O_CLOEXEC`, `O_NONBLOCK`. */
export const EFD_CLOEXEC = 0o2000000;
export const EFD_NONBLOCK = 0o4000;

/** Dispositions of a signal. */
export const SIG_DFL = 0;
export const SIG_IGN = 1;

export const POSIX_SPAWN_SETPGROUP = 0x02;
export const POSIX_SPAWN_SETSIGDEF = 0x04;
export const POSIX_SPAWN_SETSIGMASK = 0x08;
export const POSIX_SPAWN_SETSID = 0x80;

/** `syscall` numbers of calls that glibc 2.36 has no function for, or has under a newer name (the same on all 64-bit ports). */
export const SYS_pidfd_open = 434;
export const SYS_pidfd_send_signal = 424;
export const SYS_pidfd_getfd = 438;
export const SYS_futex_waitv = 449;
/** futex(2), which has another number on each of the older ports. */
export const SYS_futex: Readonly<Record<string, number>> = {
  x64: 202,
  arm64: 98,
  riscv64: 98,
  loong64: 98,
  ppc64: 221,
};
export const CLOCK_MONOTONIC = 1;

export const EINTR = 4;
export const EAGAIN = 11;
export const EINPROGRESS = 115;
export const ECHILD = 10;
export const ETIMEDOUT = 110;
export const ENOSYS = 38;
