import { readdirSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { constants as C, type Libc } from '@prac/libc';
import type { Kernel } from '../kernel.ts';
import { LibcKernel } from '../libc-kernel.ts';
import type { Child, Engine, Launch } from './engine.ts';
import { SpawnedChild } from './spawned-child.ts';

/** What Node ignores and a child should not. */
const RESTORED_SIGNALS = [osConstants.signals.SIGPIPE, osConstants.signals.SIGXFSZ];

/** Errors after which the next directory of PATH is tried. */
const TRY_NEXT: readonly number[] = [osConstants.errno.ENOENT, osConstants.errno.ENOTDIR, osConstants.errno.EACCES].map(
  (errno) => -errno,
);

/** The first engine: posix_spawn(2). Its time does not grow with the size of this process, and its pipes are pipes. */
export class PosixSpawnEngine implements Engine {
  readonly name = 'posix-spawn';
  readonly joinsGroups = true;
  readonly kernel: Kernel;
  readonly #libc: Libc;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.kernel = new LibcKernel(libc);
  }

  launch(launch: Launch): Child | number {
    const lifted: number[] = [];
    try {
      const dup2 = this.#descriptors(launch, lifted);
      if (typeof dup2 === 'number') return dup2;
      const plan = {
        argv: launch.argv,
        env: launch.env,
        cwd: launch.cwd,
        dup2,
        ...this.#closing(launch),
        defaultSignals: launch.restoreSignals ? RESTORED_SIGNALS : undefined,
        newSession: launch.newSession,
        processGroup: launch.processGroup,
      };
      let result = -osConstants.errno.ENOENT;
      for (const path of launch.candidates) {
        const answer = this.#libc.posixSpawn({ ...plan, path });
        if (answer > 0) return new SpawnedChild(this.#libc, this.kernel, answer);
        // A directory of PATH where it may not be executed says more than one that does not have it.
        if (result !== -osConstants.errno.EACCES) result = answer;
        if (!TRY_NEXT.includes(answer)) return answer;
      }
      return result;
    } finally {
      for (const fd of lifted) this.#libc.close(fd);
    }
  }

  /**
   * The pairs for dup2 in the child. A source among 0, 1, 2 that is not yet in its place could be overwritten before its turn:
   * it is duplicated out of the way first (as CPython does).
   */
  #descriptors({ stdio, passed }: Launch, lifted: number[]): (readonly [number, number])[] | number {
    const pairs: (readonly [number, number])[] = [];
    for (const [target, source] of (stdio as readonly number[]).entries()) {
      let from = source;
      if (source < 3 && source !== target) {
        from = this.#libc.fcntl(source, C.F_DUPFD_CLOEXEC, 3);
        if (from < 0) return from;
        lifted.push(from);
      }
      // Node marks its own 0, 1 and 2 close-on-exec; a pair of equal numbers takes the mark away. What is closed here stays so.
      if (source !== target || this.#libc.fcntl(source, C.F_GETFD) >= 0) pairs.push([from, target]);
    }
    return [...pairs, ...passed];
  }

  #closing({ closeFds, passed }: Launch): { closeFrom?: number; close?: number[] } {
    if (!closeFds) return {};
    const { canCloseFrom } = this.#libc;
    if (canCloseFrom && passed.length === 0) return { closeFrom: 3 };
    const kept = passed.map(([, fd]) => fd);
    const last = Math.max(2, ...kept);
    const open = readdirSync('/proc/self/fd').map(Number);
    const close = open.filter((fd) => fd > 2 && !kept.includes(fd) && !(canCloseFrom && fd > last));
    return canCloseFrom ? { close, closeFrom: last + 1 } : { close };
  }
}
