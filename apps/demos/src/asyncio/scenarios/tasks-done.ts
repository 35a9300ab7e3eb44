import { type Interleaved, inAnyOrder } from '../../framework/expectation.ts';

/** The lines of the practical's nine tasks. */
export const DONE: readonly string[] = Array.from({ length: 9 }, (_, i) => `Task ${i + 1} done`);

export const DONE_IN_ANY_ORDER: Interleaved = inAnyOrder(...DONE);
