import { World } from '@prac/exceptions/world';

const world = new World('@prac/asyncio', 'prac.asyncio/1', import.meta.url);

export const shared: World['shared'] = world.shared;
export const travels: World['travels'] = world.travels;
export const atExit = (): Set<() => void> => world.atExit;
