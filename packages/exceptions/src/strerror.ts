import { codeOf, textOf } from './internal/errno-table.ts';

/**
 * Says what an error number means, in the words of the C library.
 *
 * The numbers are the platform's own; the texts are glibc's everywhere.
 *
 * Python: `os.strerror`.
 *
 * @param errno - A positive error number.
 * @returns The text, `Unknown error 4711` for a number without one.
 * @example
 * import { strerror } from '@prac/exceptions';
 * console.log(strerror(2)); // No such file or directory
 */
export function strerror(errno: number): string {
  if (errno === 0) return 'Success';
  return textOf(codeOf(errno) ?? '') ?? `Unknown error ${errno}`;
}
