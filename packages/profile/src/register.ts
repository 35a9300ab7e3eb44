// node --import @prac/profile/register program.ts: all code of the program is instrumented. What prac-profile wants comes in the environment.
import { isMainThread } from 'node:worker_threads';
import { installHook } from './internal/hook.ts';
import { writePart } from './internal/part.ts';
import { OFF, VARIABLE, type Wanted } from './internal/wanted.ts';
import { Profile, profiledBy } from './profile.ts';

const asked = process.env[VARIABLE];
const wanted = asked === undefined || asked === OFF ? undefined : (JSON.parse(asked) as Wanted);
const isMeant = wanted !== undefined && isWanted(wanted);

/** Whether all code that is loaded from now on is instrumented. */
export const isInstrumenting: boolean = asked === undefined || isMeant;

if (isInstrumenting && wanted?.mode !== 'sampling') installHook(wanted?.builtins);
if (wanted !== undefined && isMainThread) tellOthers(wanted);
if (isMeant) profileProgram(wanted);

/** The program itself, and what it has started, as far as that was asked for. */
function isWanted({ threads, subprocesses, isOfProgram }: Wanted): boolean {
  return (isMainThread || threads) && (!isOfProgram || subprocesses || !isMainThread);
}

/** Its threads and processes find there whether they are meant. */
function tellOthers(wanted: Wanted): void {
  const some = wanted.threads || wanted.subprocesses;
  process.env[VARIABLE] = some && isMeant ? JSON.stringify({ ...wanted, isOfProgram: true }) : OFF;
}

/** From the first line to the end, however it ends. */
function profileProgram({ folder, mode }: Wanted): void {
  const profiler = new Profile({ mode });
  process.on('exit', () => {
    profiler.disable();
    writePart(folder, profiledBy(profiler));
  });
  profiler.enable();
}
