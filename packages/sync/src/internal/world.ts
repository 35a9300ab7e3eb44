import { threadId } from 'node:worker_threads';
import { World } from '@prac/exceptions/world';

const world = new World('@prac/sync', 'prac.sync/1', import.meta.url);

export const shared: World['shared'] = world.shared;
export const travels: World['travels'] = world.travels;
export const offer: World['offer'] = world.offer;

/** The number of this thread: Python's `get_ident`. Never 0, never used again in the process. */
export const IDENT: number = threadId + 1;
