import type { ResourceLimits } from 'node:worker_threads';
import { repr, ValueError } from '@prac/exceptions';
import { shared, travels } from './internal/world.ts';

const LEAST = 32_768;
const state: { bytes: number } = shared('stack size', () => ({ bytes: 0 }));

/**
 * Sets how much stack the threads get that this one starts from now on.
 *
 * Python: `threading.stack_size`.
 *
 * @param size - In bytes, at least 32 KiB; 0 for the default. Nothing: it stays what it is.
 * @returns What it was before.
 * @throws {ValueError} if it is too small.
 */
export function stackSize(size?: number): number {
  const before = state.bytes;
  if (size === undefined) return before;
  if (!Number.isInteger(size)) throw new TypeError(`Expected size to be an integer, got ${repr(size)}`);
  if (size !== 0 && size < LEAST) throw new ValueError(`size not valid: ${size} bytes`);
  state.bytes = size;
  return before;
}

/** Of which Node itself needs some to load a program. */
const OF_NODE_MB = 1;

/** Limits of a thread that has none of its own. @internal */
export function defaultLimits(): ResourceLimits {
  return state.bytes === 0 ? {} : { stackSizeMb: state.bytes / 2 ** 20 + OF_NODE_MB };
}

travels('stackSize', stackSize);
