export * as constants from './constants.ts';
export { LibcUnavailableError } from './errors.ts';
export { FdWatch, type WatchFor } from './fd-watch.ts';
export type { Libc } from './libc.ts';
export { isLibcAvailable, libc } from './load.ts';
export type { SocketAddress, Sockets } from './sockets.ts';
export type { SpawnPlan } from './spawn-plan.ts';
export { cString, stringVector } from './strings.ts';
