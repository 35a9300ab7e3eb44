import { World } from '@prac/exceptions/world';

const world = new World('@prac/futures', 'prac.futures/1', import.meta.url);

export const travels: World['travels'] = world.travels;
