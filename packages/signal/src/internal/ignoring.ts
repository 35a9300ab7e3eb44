import { isLibcAvailable, libc } from '@prac/libc';
import { type SIG_DFL, SIG_IGN } from '../constants.ts';

/*
 * Signals that are ignored, with what they did before. libuv is not told: its way from a handler to anything else leads through
 * the default, in which a signal kills; and it believes its handler installed for as long as anybody watches the signal, so
 * that nobody but us would install it again.
 */
export class Ignoring {
  readonly #before = new Map<number, Uint8Array>();

  /** Returns 0 or an error number. */
  begin(signum: number): number {
    if (!isLibcAvailable()) return 0;
    const action = libc().sigaction(signum);
    if (typeof action === 'number') return -action;
    const error = -libc().signal(signum, SIG_IGN);
    if (error === 0 && !ignores(action)) this.#before.set(signum, action);
    return error;
  }

  /**
   * It does again what it did before, unless something else has been installed meanwhile.
   *
   * @param otherwise - What it does where that is not known: the process began with it ignored.
   */
  end(signum: number, otherwise: typeof SIG_DFL | null): number {
    const before = this.#before.get(signum);
    this.#before.delete(signum);
    if (!isLibcAvailable() || !ignores(libc().sigaction(signum))) return 0;
    if (before !== undefined) return -libc().setSigaction(signum, before);
    return otherwise === null ? 0 : -libc().signal(signum, otherwise);
  }
}

/** Whether a `struct sigaction` says SIG_IGN: it begins with the handler's address. */
function ignores(action: Uint8Array | number): boolean {
  return typeof action !== 'number' && new DataView(action.buffer).getBigUint64(0, true) === BigInt(SIG_IGN);
}
