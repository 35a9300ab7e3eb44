// Many short commands, one after the other, each with its output captured: what build tools and scripts do.
import { alternate } from '@prac/testing';
import { options, size } from './support/mode.ts';
import { asyncRows, syncRows } from './support/spawn-rows.ts';

const count = size(100, 3);

for (const program of ['true', '/bin/true']) {
  await alternate(asyncRows(program, count), options(`\`${program}\` captured, async`, 7, count));
  await alternate(syncRows(program, count), options(`\`${program}\` captured, blocking`, 7, count));
}
