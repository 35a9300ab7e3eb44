import { inspect } from 'node:util';
import { SystemExit } from '@prac/exceptions';
import { constants, isLibcAvailable, libc } from '@prac/libc';
import { dumps, loads, loadsSync } from '@prac/pickle';
import { changedFields, travelling } from '@prac/sync/starting';
import * as all from '../index.ts';
import { getLogger, loggingState } from '../logging.ts';
import { Adoption, Process } from '../process.ts';
import { arenaDescriptors } from './arena.ts';
import type { Birth, Work } from './birth.ts';
import { becomeProcess } from './family.ts';
import { giving } from './giving.ts';
import { putOutcome, takeBirth } from './mailbox.ts';
import { endWithChildren } from './shutdown.ts';
import { sleepAsSpare } from './spares.ts';
import { offer } from './world.ts';
import { writeError } from './write-error.ts';

/*
 * The program of a process:
 *
 *   mailbox ──> what it is ──> its object, with class and fields ──> run() ──> the event loop empties ──> exit: own fields into the mailbox
 *                                                                     └── throws ──> stderr ──> exit, 1
 */
/** A daemon that another thread has started looks so often whether its parent is there. */
const LOOK_MS = 500;

export async function live(mailbox: number, spare?: { readonly cell: number; readonly parent: number }): Promise<void> {
  if (spare !== undefined) sleepAsSpare(spare.cell, spare.parent);
  const birth = loadsSync<Birth>(takeBirth(mailbox));
  if (isLibcAvailable())
    for (const fd of [mailbox, ...arenaDescriptors()]) libc().fcntl(fd, constants.F_SETFD, constants.FD_CLOEXEC);
  if (birth.surroundings !== undefined) enter(birth.surroundings);
  process.argv.splice(0, process.argv.length, ...birth.argv);
  Object.assign(loggingState(), birth.logging);
  become(new Process(new Adoption(birth.name, birth.daemon) as never), birth);
  if (birth.daemon) endWithParent(birth);
  offer(all); // whatever arrives is at hand
  endWithChildren();
  process.on('uncaughtException', fail);
  process.on('exit', (code) => getLogger().info(`process exiting with exitcode ${code}`));
  try {
    const { type, target, args, fields } = await loads<Work>(birth.work);
    const Type = (type ?? Process) as typeof Process;
    const me = new Adoption(birth.name, birth.daemon);
    const it = Reflect.construct(Process, [me], Type) as Process;
    become(it, birth);
    Object.assign(it, fields);
    it.employ(target, args);
    const asBorn = snapshot(fields);
    process.on('exit', () => leaveFields(mailbox, it, asBorn));
    getLogger().info('child process calling self.run()');
    await it.run();
  } catch (error) {
    fail(error);
  }
}

/** Where a process is that was started before. */
function enter({ cwd, umask, env }: NonNullable<Birth['surroundings']>): void {
  process.chdir(cwd);
  process.umask(umask);
  for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
  Object.assign(process.env, env);
}

function become(it: Process, { lineage, daemon, authkey, parent }: Birth): void {
  becomeProcess(it, { lineage, daemon, authkey, parent });
}

/** Fields as they were: what says itself how it travels (a connection, a proxy) by what it is, all else by its pickle. */
type Snapshot = readonly (readonly [key: string, value: unknown, pickle: Uint8Array | undefined])[];

function snapshot(fields: Readonly<Record<string, unknown>>): Snapshot {
  return Object.entries(fields).map(([key, value]) => {
    const isItself = typeof value === 'object' && value !== null && REDUCE in value;
    return [key, value, isItself ? undefined : pickled(value)];
  });
}

const REDUCE = Symbol.for('prac.pickle.reduce');

/** It is for nobody else. */
function pickled(value: unknown): Uint8Array | undefined {
  try {
    const [pickle, undo] = giving(() => dumps<unknown>(value));
    undo?.();
    return undo === undefined ? pickle : undefined;
  } catch {
    return undefined;
  }
}

/** Those that run() has set, or changed. */
function leaveFields(mailbox: number, it: Process, asBorn: Snapshot): void {
  if (Object.keys(it).length === 0) return;
  try {
    const before = asBorn.map(
      ([key, value, pickle]) => [key, pickle === undefined ? value : loadsSync(pickle)] as const,
    );
    const changed = changedFields(it, Object.fromEntries(before));
    if (Object.keys(changed).length === 0) return;
    putOutcome(
      mailbox,
      travelling(changed, (fields) => dumps<unknown>(fields)),
    );
  } catch {
    // What it was about is not there any more: the process has done its work all the same.
  }
}

/** An uncaught error ends the process, and is told of. */
function fail(error: unknown): void {
  if (error instanceof SystemExit) {
    if (typeof error.code === 'string') writeError(`${error.code}\n`);
    process.exit(typeof error.code === 'string' ? 1 : (error.code ?? 0));
  }
  writeError(`Process ${all.currentProcess().name}:\n${inspect(error)}\n`);
  process.exit(1);
}

/** Also if the parent is killed. The kernel takes the thread that has started this process for its parent. */
function endWithParent({ parent, isOfMain }: Birth): void {
  if (!isOfMain || !isLibcAvailable()) {
    // The kernel would end it with that thread.
    setInterval(() => process.ppid !== parent.pid && process.kill(process.pid, 'SIGKILL'), LOOK_MS).unref();
    return;
  }
  libc().prctl(constants.PR_SET_PDEATHSIG, 9);
  if (process.ppid !== parent.pid) process.kill(process.pid, 'SIGKILL'); // it was, before that was said
}
