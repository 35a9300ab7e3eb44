import { MaybeEncodingError } from '@prac/pool';

/** What is wrong with a result that cannot travel is told as it is, as in Python. */
export function raised(error: unknown): unknown {
  return error instanceof MaybeEncodingError && error.cause !== undefined ? error.cause : error;
}
