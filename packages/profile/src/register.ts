// node --import @prac/profile/register program.ts: all code of the program is instrumented. What prac-profile wants comes in the environment.
import { isMainThread, threadId } from 'node:worker_threads';
import { installHook } from './internal/hook.ts';
import { LeftTrees, shareTree } from './internal/left-trees.ts';
import { type Notice, noticesToMain, receiveNotices } from './internal/notices.ts';
import { writePart } from './internal/part.ts';
import { runtime } from './internal/runtime.ts';
import { Records } from './internal/timeline/collect.ts';
import { Recorder } from './internal/timeline/recorder.ts';
import { OFF, VARIABLE, type Wanted } from './internal/wanted.ts';
import { startWitness } from './internal/witness.ts';
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
if (wanted !== undefined && isMainThread && isMeant) attendMain(wanted);
else if (wanted !== undefined && !isMainThread) attendThread(wanted);

/** From the first line to the end, however it ends; with what its threads tell. */
function attendMain({ folder, mode, begun }: Wanted): void {
  const [records, trees] = [new Records(), new LeftTrees()];
  const take = (notice: Notice): void => {
    records.take(notice);
    trees.take(notice);
  };
  const takeRest = receiveNotices(take);
  const ours: Notice[] = [];
  const recorder = begun && new Recorder(begun, (told) => ours.push({ ...told, thread: threadId }));
  for (const notice of ours) take(notice);
  if (begun !== undefined) startWitness(folder, ours);
  const profiler = new Profile({ mode });
  const leave = (): void => {
    profiler.disable();
    writePart(folder, profiledBy(profiler));
    recorder?.end();
    takeRest();
    trees.writeParts(folder, takeRest);
    if (begun !== undefined) records.write(folder);
  };
  process.on('exit', leave);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) leaveBefore(signal, leave);
  profiler.enable();
}

function attendThread({ folder, mode, begun }: Wanted): void {
  const tell = noticesToMain();
  const recorder = begun && new Recorder(begun, tell);
  let profiler: Profile | undefined;
  process.on('exit', () => {
    profiler?.disable();
    if (profiler !== undefined) writePart(folder, profiledBy(profiler));
    recorder?.end();
    tell({ kind: 'ended' });
  });
  if (!isMeant) return;
  shareTree(tell);
  profiler = new Profile({ mode });
  profiler.enable();
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
