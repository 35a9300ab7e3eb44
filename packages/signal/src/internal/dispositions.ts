import { readFileSync } from 'node:fs';
import { isLibcAvailable, libc } from '@prac/libc';
import { SIG_DFL, SIG_IGN, SIGINT } from '../constants.ts';
import { defaultIntHandler } from '../default-int-handler.ts';
import { isUsable } from './checks.ts';
import type { Handler } from './runtime.ts';
import type { Disposition, SignalSource } from './source.ts';

/*
 * What each signal does in this process, as far as this package has changed it. Who has not been asked to change a signal
 * leaves it alone: libuv may watch it for others.
 *
 *            ┌─────────── catch ──────────┐
 *   default ─┴─ signal(SIG_IGN) ─> ignored ── catch ──> caught ── release ──> ignored, default
 */
export class Dispositions {
  readonly #changed = new Map<number, Disposition>();
  #source: SignalSource | undefined;

  get source(): SignalSource | undefined {
    return this.#source;
  }

  of(signum: number): Disposition {
    return this.#changed.get(signum) ?? (initialHandler(signum) === SIG_IGN ? 'ignored' : 'default');
  }

  get anyCaught(): boolean {
    for (const disposition of this.#changed.values()) if (disposition === 'caught') return true;
    return false;
  }

  /** @param open - Makes the source, when a signal is to be caught for the first time. Returns 0 or an error number. */
  set(signum: number, disposition: Disposition, open: () => SignalSource): number {
    const before = this.of(signum);
    if (before === disposition) return 0;
    let error: number;
    if (disposition === 'caught') {
      this.#source ??= open();
      error = this.#source.catch(signum);
    } else if (this.#changed.has(signum) && this.#source !== undefined) {
      error = this.#source.release(signum, disposition);
    } else {
      error = disposeOf(signum, disposition);
    }
    if (error === 0) this.#changed.set(signum, disposition);
    return error;
  }
}

/** Without libc a signal cannot be ignored; it comes to nothing here, and children know nothing of it. */
export function disposeOf(signum: number, disposition: 'ignored' | 'default'): number {
  return isLibcAvailable() ? -libc().signal(signum, disposition === 'ignored' ? SIG_IGN : SIG_DFL) : 0;
}

let ignored: bigint | undefined;

/** What a signal did when the program began: a process inherits which signals are ignored. */
export function initialHandler(signum: number): Handler | null {
  if (!isUsable(signum)) return null;
  ignored ??= ignoredSignals();
  if ((ignored >> BigInt(signum - 1)) & 1n) return SIG_IGN;
  return signum === SIGINT ? defaultIntHandler : SIG_DFL;
}

function ignoredSignals(): bigint {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    return BigInt(`0x${mask ?? '0'}`);
  } catch {
    return 0n; // no /proc: not Linux, or not permitted
  }
}
