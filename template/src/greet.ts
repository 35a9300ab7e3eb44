/**
 * Says hello to somebody.
 *
 * @param name - Whom to greet.
 * @returns The greeting, without a line break.
 * @throws {TypeError} if `name` is not a string.
 * @example
 * import { greet } from '@prac/template';
 * console.log(greet('reader'));
 */
export function greet(name: string): string {
  if (typeof name !== 'string') throw new TypeError(`Expected name to be a string, got ${typeof name}`);
  return `Hello, ${name}!`;
}
