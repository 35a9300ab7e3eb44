import { parse } from 'acorn';
import { useParser } from './internal/parser.ts';

/**
 * For programs that are bundled: has the parser of functions in the bundle. Elsewhere it is found by itself, when the first
 * function is pickled.
 *
 * @example
 * import { useAcorn } from '@prac/pickle/acorn';
 * useAcorn(); // before the first function is pickled
 */
export function useAcorn(): void {
  useParser(parse);
}
