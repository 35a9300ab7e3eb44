import { sleep, sleepSync } from '@prac/park';
import { travels } from './internal/world.ts';

// Of another package, but named by this one where it is part of a bundle.
travels('sleep', sleep);
travels('sleepSync', sleepSync);

export { sleep, sleepSync };
