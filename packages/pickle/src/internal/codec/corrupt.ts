import { UnpicklingError } from '../../errors.ts';

/** Bytes that no encoder has written. */
export function corrupt(what: string, cause?: unknown): UnpicklingError {
  return new UnpicklingError(`pickle ${what}`, cause === undefined ? undefined : { cause });
}
