import { World } from '@prac/exceptions/world';

const world = new World('@prac/queue', 'prac.queue/1', import.meta.url);

export const travels: World['travels'] = world.travels;
