import { repr, ValueError } from '@prac/exceptions';
import { NSIG } from '../constants.ts';

/** glibc keeps 32 and 33 for itself. */
const RESERVED = new Set([32, 33]);

/** A signal: its number, or a member of `Signals`. */
export type Signum = number | { readonly name: string; readonly value: number; valueOf(): number };

/** A signal's number, whatever it is. @throws {TypeError} */
export function numberOf(signum: Signum): number {
  const value = typeof signum === 'object' && signum !== null ? signum.valueOf() : signum;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw new TypeError(`Expected a signal number, got ${repr(signum)}`);
}

/** A signal's number, as the C library takes it. @throws {TypeError} {@link ValueError} */
export function signalNumber(signum: Signum): number {
  const value = numberOf(signum);
  if (value < 1 || value >= NSIG) throw new ValueError('signal number out of range');
  return value;
}

/** Whether the number is one that programs may use. */
export function isUsable(signum: number): boolean {
  return !RESERVED.has(signum);
}

/** The numbers of a set of signals, ascending. */
export function signalSet(signals: Iterable<Signum>): number[] {
  if (typeof signals !== 'object' || signals === null || !(Symbol.iterator in signals)) {
    throw new TypeError(`Expected an iterable of signal numbers, got ${repr(signals)}`);
  }
  const numbers = new Set<number>();
  for (const signal of signals) {
    const signum = numberOf(signal);
    if (signum < 1 || signum >= NSIG) throw new ValueError(`signal number ${signum} out of range [1; ${NSIG - 1}]`);
    numbers.add(signum);
  }
  return [...numbers].sort((a, b) => a - b);
}
