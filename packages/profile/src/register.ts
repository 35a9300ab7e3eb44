// node --import @prac/profile/register program.ts: all code of the program is instrumented. What prac-profile wants comes in the environment.
import { writeFileSync, writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type { ProfileFormat } from './internal/formats.ts';
import { installHook } from './internal/hook.ts';
import { Profile } from './profile.ts';

/** What prac-profile asks for. */
interface Wanted {
  readonly output?: string;
  readonly format?: ProfileFormat;
  readonly sort: string;
}

const asked = process.env.PRAC_PROFILE;

/** For the threads and processes of a program that prac-profile has started: they are not meant. */
const OFF = 'off';

/** Whether all code that is loaded from now on is instrumented. */
export const isInstrumenting: boolean = asked === undefined || (asked !== OFF && isMainThread);

if (isInstrumenting) installHook();
if (isInstrumenting && asked !== undefined) {
  process.env.PRAC_PROFILE = OFF;
  profileProgram(JSON.parse(asked) as Wanted);
}

/** From the first line of the program to its end, however it ends. */
function profileProgram({ output, format, sort }: Wanted): void {
  const profiler = new Profile();
  process.on('exit', () => {
    profiler.disable();
    if (profiler.getStats().length === 0) return;
    if (format !== undefined) writeAll(output, profiler.export(format));
    else if (output === undefined) profiler.printStats(/^-?\d+$/.test(sort) ? Number(sort) : sort);
    else profiler.dumpStats(output);
  });
  profiler.enable();
}

/** Also where standard output is a pipe, which process.exit() does not wait for. */
function writeAll(output: string | undefined, text: string): void {
  if (output !== undefined) writeFileSync(output, text);
  else for (let bytes = Buffer.from(text); bytes.length > 0; ) bytes = bytes.subarray(writeSync(1, bytes));
}
