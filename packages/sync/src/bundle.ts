import { useAcorn } from '@prac/pickle/acorn';
import { embedded } from './internal/embedded.ts';
import { usePrograms } from './internal/program.ts';

/**
 * For programs that are bundled (by esbuild, rollup …): has what threads need in the bundle itself, which may then run where
 * nothing is installed. Call it before the first thread starts.
 *
 * It is some 250 kB, which programs that are not bundled need not load.
 *
 * @example
 * import { Thread } from '@prac/sync';
 * import { useBundle } from '@prac/sync/bundle';
 * useBundle();
 * const thread = new Thread({ target: () => console.log('hello') });
 * thread.start(); // hello
 * await thread.join();
 */
export function useBundle(): void {
  useAcorn();
  usePrograms(embedded);
}
