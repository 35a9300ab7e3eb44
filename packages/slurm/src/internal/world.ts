import { World } from '@prac/exceptions/world';

const world = new World('@prac/slurm', 'prac.slurm/1', import.meta.url);

export const shared: World['shared'] = world.shared;
export const travels: World['travels'] = world.travels;
export const programOf: World['programOf'] = world.programOf;
export const atExit = (): Set<() => void> => world.atExit;
