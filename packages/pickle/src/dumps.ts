import { type PickleOptions, Pickler, type UnpickleOptions, Unpickler } from './pickler.ts';
import type { Pickleable } from './types.ts';

const plainPickler = new Pickler();
const plainUnpickler = new Unpickler();

/**
 * Writes a value as bytes, which can go to another process or machine, or be kept.
 *
 * Functions and classes travel, too: by reference if their module exports them, otherwise by value, with what they have
 * captured. Objects keep their classes, their identity and circles; errors all they have. What cannot travel is refused here,
 * with the way to it: nothing is lost on the way.
 *
 * Python: `pickle.dumps`.
 *
 * @param value - Anything.
 * @param options - How functions go; a key to sign with.
 * @throws {PicklingError} if it holds what cannot travel (sockets, promises, generators, weak collections …).
 * @example
 * import { dumps, loads } from '@prac/pickle';
 * const factor = 2;
 * const bytes = dumps({ double: (n: number) => n * factor, when: new Date(0) });
 * const { double } = await loads<{ double: (n: number) => number }>(bytes);
 * console.log(double(21)); // 42
 */
export function dumps<T>(value: T & Pickleable<T>, options?: PickleOptions | null): Uint8Array {
  return (options == null ? plainPickler : new Pickler(options)).dumps(value);
}

/**
 * Reads a value from the bytes of {@link dumps}.
 *
 * It runs code that the sender has chosen: never load bytes from anybody whom you would not let run programs as you. Options
 * make it read data only, or only what is signed.
 *
 * Python: `pickle.loads`.
 *
 * @typeParam T - What the caller takes it for; nothing checks that.
 * @throws {UnpicklingError} if the bytes are damaged, not signed, or name what is not here.
 */
export async function loads<T = unknown>(bytes: Uint8Array, options?: UnpickleOptions | null): Promise<T> {
  return (options == null ? plainUnpickler : new Unpickler(options)).loads<T>(bytes);
}

/** Blocking form of {@link loads}. @throws {UnpicklingError} also for modules with a top-level await. */
export function loadsSync<T = unknown>(bytes: Uint8Array, options?: UnpickleOptions | null): T {
  return (options == null ? plainUnpickler : new Unpickler(options)).loadsSync<T>(bytes);
}
