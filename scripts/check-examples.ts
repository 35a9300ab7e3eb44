// pnpm check-examples [--write]: compiles and runs every program in the documents: @example blocks of doc comments, ```ts blocks
// of READMEs (```ts no-run is only compiled), examples/*.ts. What a comment behind console.log(…) promises must be printed.
// Every {@link X} must lead somewhere. --write puts examples/*.ts between the markers of the READMEs.
import { collect } from './lib/examples/collect.ts';
import { runAll } from './lib/examples/run.ts';
import { compile, writeScratch } from './lib/examples/scratch.ts';

const { programs, violations } = collect(process.argv.includes('--write'));
using scratch = writeScratch(programs);
const errors = compile(scratch, programs);
const failures = errors.length > 0 ? [] : await runAll(scratch, programs);

const all = [...violations, ...errors, ...failures];
for (const line of all) console.error(line);
console.log(`${programs.length} programs in doc comments, READMEs and examples; ${all.length} violations`);
process.exitCode = all.length > 0 ? 1 : 0;
