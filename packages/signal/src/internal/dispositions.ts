import { readFileSync } from 'node:fs';
import { SIG_DFL, SIG_IGN, SIGINT } from '../constants.ts';
import { defaultIntHandler } from '../default-int-handler.ts';
import { isUsable } from './checks.ts';
import type { Handler } from './runtime.ts';

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
    return 0n; // no /proc: not Linux
  }
}
