import { World } from '@prac/exceptions/world';

const world = new World('@prac/pool', 'prac.pool/1', import.meta.url);

export const shared: World['shared'] = world.shared;
export const travels: World['travels'] = world.travels;
export const offer: World['offer'] = world.offer;
export const programOf: World['programOf'] = world.programOf;
