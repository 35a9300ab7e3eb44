import { constants } from 'node:os';

/** Names that share a number with the one Python shows. */
const ALIASES = new Set(['SIGIOT', 'SIGPOLL', 'SIGUNUSED', 'SIGCLD']);

const NAMES: ReadonlyMap<number, string> = new Map([
  ...Object.entries(constants.signals)
    .filter(([name]) => !ALIASES.has(name))
    .map(([name, number]): [number, string] => [number, name]),
  ...(process.platform === 'linux'
    ? ([
        [34, 'SIGRTMIN'],
        [64, 'SIGRTMAX'],
      ] as const)
    : []),
]);

/** The largest signal number of Linux. */
const LAST_SIGNAL = 64;

/** `<Signals.SIGKILL: 9>`, or `unknown signal 40` where the number has no name. */
export function signalRepr(number: number): string {
  const name = NAMES.get(number);
  return name === undefined ? `unknown signal ${number}` : `<Signals.${name}: ${number}>`;
}

/** @throws {TypeError} for anything that is no signal number and no signal name. */
export function signalNumber(signal: number | NodeJS.Signals): number {
  const number = typeof signal === 'string' ? constants.signals[signal] : signal;
  if (Number.isInteger(number) && number >= 0 && number <= LAST_SIGNAL) return number;
  throw new TypeError(`Expected a signal number or name such as 15 or 'SIGTERM', got ${JSON.stringify(signal)}`);
}
