// node --import @prac/profile/register program.ts: all code of the program is instrumented. What prac-profile wants comes in the environment.
import { isMainThread } from 'node:worker_threads';
import { installHook } from './internal/hook.ts';
import { writePart } from './internal/part.ts';
import { runtime } from './internal/runtime.ts';
import { recordProcess } from './internal/timeline/collect.ts';
import { recordThread } from './internal/timeline/recorder.ts';
import { OFF, VARIABLE, type Wanted } from './internal/wanted.ts';
import { Profile, profiledBy } from './profile.ts';

const asked = process.env[VARIABLE];
const wanted = asked === undefined || asked === OFF ? undefined : (JSON.parse(asked) as Wanted);
const isMeant = wanted !== undefined && isWanted(wanted);

/** Whether all code that is loaded from now on is instrumented. */
export const isInstrumenting: boolean = asked === undefined || isMeant;

// The text of an instrumented function may be run elsewhere.
Object.defineProperty(globalThis, '__pracProfile', { value: runtime, configurable: true });
if (isInstrumenting && wanted?.mode !== 'sampling') installHook(wanted?.builtins);
if (wanted !== undefined && isMainThread) tellOthers(wanted);
const leaveRecord = wanted === undefined ? undefined : record(wanted);
if (isMeant) profileProgram(wanted);
else if (leaveRecord !== undefined) process.on('exit', leaveRecord);

/** What happens in it, if that was asked for. */
function record({ folder, begun, subprocesses, isOfProgram }: Wanted): (() => void) | undefined {
  if (begun === undefined) return undefined;
  if (isMainThread) return isOfProgram && !subprocesses ? undefined : recordProcess(folder, begun);
  recordThread(begun);
  return undefined;
}

/** The program itself, and what it has started, as far as that was asked for. */
function isWanted({ threads, subprocesses, isOfProgram }: Wanted): boolean {
  return (isMainThread || threads) && (!isOfProgram || subprocesses || !isMainThread);
}

/** Its threads and processes find there whether they are meant. */
function tellOthers(wanted: Wanted): void {
  const some = wanted.threads || wanted.subprocesses || wanted.begun !== undefined;
  process.env[VARIABLE] = some && isMeant ? JSON.stringify({ ...wanted, isOfProgram: true }) : OFF;
}

/** From the first line to the end, however it ends. */
function profileProgram({ folder, mode }: Wanted): void {
  const profiler = new Profile({ mode });
  const leave = (): void => {
    profiler.disable();
    writePart(folder, profiledBy(profiler));
    leaveRecord?.();
  };
  process.on('exit', leave);
  if (isMainThread) for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) leaveBefore(signal, leave);
  profiler.enable();
}

/** A program that does nothing about a signal ends by it, and has left its profile. */
function leaveBefore(signal: NodeJS.Signals, leave: () => void): void {
  const listener = (): void => {
    if (process.listenerCount(signal) > 1) return;
    leave();
    process.off(signal, listener);
    process.kill(process.pid, signal);
  };
  process.on(signal, listener);
}
