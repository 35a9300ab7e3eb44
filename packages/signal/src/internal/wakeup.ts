import { OSError } from '@prac/exceptions';
import { libc } from '@prac/libc';
import { type Control, WAKEUP_ERROR, WAKEUP_FD } from './control.ts';

const EAGAIN = 11;

/**
 * The descriptor of `setWakeupFd`, seen from the main thread. The signal thread writes to it; what was held back is written
 * here, when it is let through.
 */
export class Wakeup {
  readonly #control: Control;
  #warnsOnFullBuffer = true;

  constructor(control: Control) {
    this.#control = control;
  }

  /** Returns the descriptor before. */
  set(fd: number, warnsOnFullBuffer: boolean): number {
    this.#warnsOnFullBuffer = warnsOnFullBuffer;
    return Atomics.exchange(this.#control.words, WAKEUP_FD, fd);
  }

  write(signum: number): void {
    const fd = Atomics.load(this.#control.words, WAKEUP_FD);
    if (fd < 0) return;
    const result = libc().write(fd, Uint8Array.of(signum));
    if (result < 0) this.#warn(-result);
  }

  /** Says what the signal thread could not write: whoever reads there misses it. */
  report(): void {
    const { words } = this.#control;
    if (Atomics.load(words, WAKEUP_ERROR) !== 0) this.#warn(Atomics.exchange(words, WAKEUP_ERROR, 0));
  }

  #warn(errno: number): void {
    if (errno === EAGAIN && !this.#warnsOnFullBuffer) return;
    process.emitWarning(`Exception ignored when trying to write to the signal wakeup fd: ${new OSError(errno)}`);
  }
}
