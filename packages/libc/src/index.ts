export * as constants from './constants.ts';
export { LibcUnavailableError } from './errors.ts';
export { FdWatch, type WatchFor } from './fd-watch.ts';
export type { Libc, SpawnPlan } from './libc.ts';
export { isLibcAvailable, libc } from './load.ts';
export { cString, stringVector } from './strings.ts';
