import { type Part, repeated } from '../../framework/expectation.ts';

/** What `ls -lahF` prints of this chapter's folder. */
export const LISTING: readonly Part[] = [
  /total \S+/,
  repeated(/[-a-z][-rwxsStT]{9}\S* +\d+ \S+ +\S+ +\S+ [A-Z][a-z]{2} +\d+ +[\d:]+ .+/, {
    including: [/d.* \.\//, /d.* \.\.\//, /-.* mydemo\.txt/],
  }),
];
