// Short commands started by a process with 1 GiB in memory, as a server has it. Node's own spawn copies the page tables of that
// (fork); posix_spawn does not (vfork).
import assert from 'node:assert/strict';
import { alternate } from '@prac/testing';
import { options, size } from './support/mode.ts';
import { asyncRows, syncRows } from './support/spawn-rows.ts';

const ballast = Buffer.alloc(size(2 ** 30, 2 ** 24), 1);
const count = size(10, 2);
const title = `with ${ballast.length / 2 ** 20} MiB resident`;

await alternate(
  asyncRows('/bin/true', count, ballast.length),
  options(`\`/bin/true\` captured, async, ${title}`, 3, count),
);
await alternate(
  syncRows('/bin/true', count, ballast.length),
  options(`\`/bin/true\` captured, blocking, ${title}`, 3, count),
);
assert.equal(ballast[ballast.length - 1], 1); // still there
