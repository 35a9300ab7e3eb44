import { constants as C, type Libc } from '@prac/libc';
import { returncodeOf } from '../exit-status.ts';
import type { Kernel, Watch } from '../kernel.ts';
import { closeIfCollected, OwnedFd } from '../owned-fd.ts';
import { type Child, NO_STREAMS } from './engine.ts';
import { Reminder } from './reminder.ts';

/*
 * A child that we started and that nobody else collects.
 *
 *   running ── it ends ──> zombie ── poll() ──> collected (the return code is kept)
 *
 * Its pidfd is opened by the first wait that has to wait: a child that is found a zombie costs nothing more. From then on
 * the descriptor is what poll(2) and the event loop wait on. Where the event loop cannot watch a plain descriptor, or there
 * is no pidfd (Linux before 5.3), a reminder looks now and then.
 */
export class SpawnedChild implements Child {
  readonly pid: number;
  readonly events: number = C.POLLIN;
  readonly native = true;
  readonly streams: Child['streams'] = NO_STREAMS;
  readonly #libc: Libc;
  readonly blocker: Kernel;
  readonly #callbacks = new Set<() => void>();
  #returncode: number | undefined;
  #pidfd: OwnedFd | undefined;
  #watch: Watch | Reminder | undefined;

  constructor(libc: Libc, kernel: Kernel, pid: number) {
    this.#libc = libc;
    this.blocker = kernel;
    this.pid = pid;
  }

  poll(): number | undefined {
    if (this.#returncode !== undefined) return this.#returncode;
    const answer = this.#libc.waitpid(this.pid, C.WNOHANG);
    if (answer === undefined) return undefined;
    // ECHILD: somebody else collected it, or SIGCHLD is ignored. CPython then says 0 too.
    this.#returncode = 'errno' in answer ? 0 : returncodeOf(answer.status);
    this.#stop();
    this.#pidfd?.close();
    if (this.#callbacks.size > 0) setImmediate(this.#notify); // other waits, which nothing else will wake
    return this.#returncode;
  }

  ended(): boolean {
    return this.#returncode !== undefined || this.#libc.hasEnded(this.pid) !== false;
  }

  get fd(): number {
    if (this.#pidfd === undefined) {
      this.#pidfd = new OwnedFd(Math.max(-1, this.#libc.pidfdOpen(this.pid)), (fd) => this.blocker.close(fd));
      closeIfCollected(this, this.#pidfd);
    }
    return this.#pidfd.fd;
  }

  watch(callback: () => void): void {
    this.#callbacks.add(callback);
    if (this.#callbacks.size > 1) return;
    this.#watch ??= this.#watchFd() ?? new Reminder();
    this.#watch.start(this.#notify);
  }

  #watchFd(): Watch | undefined {
    if (this.fd < 0) return undefined;
    try {
      return this.blocker.watch(this.fd, 'readable') ?? undefined;
    } catch {
      return undefined; // no descriptor left for the watching itself: then we look
    }
  }

  unwatch(callback: () => void): void {
    if (this.#callbacks.delete(callback) && this.#callbacks.size === 0) this.#stop();
  }

  readonly #notify = (): void => {
    for (const callback of [...this.#callbacks]) callback();
  };

  #stop(): void {
    this.#watch?.close();
    this.#watch = undefined;
  }
}
