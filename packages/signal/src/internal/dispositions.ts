import { readFileSync } from 'node:fs';
import { SIG_DFL, SIG_IGN, SIGINT } from '../constants.ts';
import { defaultIntHandler } from '../default-int-handler.ts';
import { isUsable } from './checks.ts';
import { Ignoring } from './ignoring.ts';
import type { Handler } from './runtime.ts';
import type { Disposition, SignalSource } from './source.ts';

/*
 * What each signal does in this process, as far as this package has changed it. What it has not been asked to change it leaves
 * alone: libuv may watch the signal for others.
 *
 *            ┌─────────── catch ──────────┐
 *   default ─┴─ ignore ──> ignored ── catch ──> caught ── ignore ──> ignored, release ──> default
 */
export class Dispositions {
  readonly #changed = new Map<number, Disposition>();
  readonly #ignoring = new Ignoring();
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

  openSource(open: () => SignalSource): SignalSource {
    this.#source ??= open();
    return this.#source;
  }

  /** @param open - Makes the source, when a signal is to be caught for the first time. Returns 0 or an error number. */
  set(signum: number, disposition: Disposition, open: () => SignalSource): number {
    if (this.of(signum) === disposition) return 0;
    const error = this.#change(signum, disposition, open);
    if (error === 0) this.#changed.set(signum, disposition);
    return error;
  }

  #change(signum: number, disposition: Disposition, open: () => SignalSource): number {
    if (disposition === 'ignored') return this.#ignoring.begin(signum);
    if (disposition === 'caught') {
      const error = this.openSource(open).catch(signum);
      if (error === 0) this.#ignoring.end(signum, null);
      return error;
    }
    this.#source?.release(signum);
    return this.#ignoring.end(signum, SIG_DFL);
  }
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
