import { Watching } from '@prac/park';
import { type Primitive, subjectOf } from '../memory.ts';

/** What happens to the primitives of this package. */
export const locks: Watching<Primitive> = new Watching('prac:lock', subjectOf);
