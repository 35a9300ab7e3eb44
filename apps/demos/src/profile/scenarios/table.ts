import type { Part } from '../../framework/expectation.ts';
import { repeated } from '../../framework/expectation.ts';
import type { Mask } from '../../framework/mask.ts';

const ROW = /^ +\d+(\/\d+)?( +\d+\.\d{3}){4} \S.*$/;

/** The table of a profile, with these rows among others: how often a function was called, and its name. */
export function table(...rows: readonly (readonly [calls: string, name: RegExp])[]): Part[] {
  return [
    /^ +\d+ function calls (\(\d+ primitive calls\) )?in \d+\.\d{3} seconds$/,
    '',
    '   Ordered by: standard name',
    '',
    '   ncalls  tottime  percall  cumtime  percall filename:lineno(function)',
    repeated(ROW, {
      including: rows.map(
        ([calls, name]) => new RegExp(`^ +${calls}( +\\d+\\.\\d{3}){4} .*\\(${name.source}\\)$`, name.flags),
      ),
    }),
    '',
    '',
  ];
}

/** Languages have different functions, in different files. */
export const TABLE: Mask = { pattern: /^ +\d+ function calls[\s\S]*/m, by: '<table>' };
