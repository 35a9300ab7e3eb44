import { constants } from 'node:os';

const NAMES = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name as NodeJS.Signals]));

/** Node's name of a signal; it has none for realtime signals. */
export function nodeName(signum: number): NodeJS.Signals | undefined {
  return NAMES.get(signum);
}

/** How many of Node's own listeners a signal has. */
export function nodeListeners(signum: number): number {
  const name = NAMES.get(signum);
  return name === undefined ? 0 : process.listenerCount(name);
}
