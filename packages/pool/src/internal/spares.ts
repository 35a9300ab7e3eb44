import { isMainThread } from 'node:worker_threads';
import { constants, libc } from '@prac/libc';
import { DEVNULL, Popen } from '@prac/subprocess';
import { inheritedArguments } from '@prac/sync/starting';
import { arena } from './arena.ts';
import { closeDescriptor, newMailbox } from './mailbox.ts';
import { processFutex } from './process-futex.ts';
import { programOf, shared } from './world.ts';

/*
 * Processes that have been started before they are needed:
 *
 *   started, with a mailbox that is empty ──> all is loaded; sleeps on a cell of the arena ── take(): the mailbox is full ──> lives as any other
 *                                                      └── the parent ends ──> ends
 *
 * They are children of the thread that has asked for them. Whenever one is taken another is started.
 */
const WAITING = 0;
const GO = 1;
const LOOK_MS = 250;

export interface Spare {
  readonly child: Popen;
  readonly mailbox: number;
  readonly cell: number;
}

interface State {
  wanted: number;
  readonly spares: Spare[];
  isWatching: boolean;
}

const state: State = shared('spares', () => ({ wanted: 0, spares: [], isWatching: false }));

/** So many are to be ready from now on. */
export function keepSpares(count: number): void {
  state.wanted = count;
  while (state.spares.length > count) end(state.spares.pop()!);
  fill();
  if (state.isWatching) return;
  state.isWatching = true;
  process.on('exit', () => {
    for (const spare of state.spares) end(spare);
  });
}

/** One that is ready, or will be soon. */
export function takeSpare(): Spare | undefined {
  for (let spare = state.spares.shift(); spare !== undefined; spare = state.spares.shift()) {
    setTimeout(fill, 1).unref();
    if (spare.child.poll() === null) return spare;
    end(spare); // somebody has killed it
  }
  return undefined;
}

/** Its mailbox is full. */
export function wakeSpare({ cell }: Spare): void {
  const { words } = arena();
  Atomics.store(words, cell, GO);
  processFutex.notify(words, cell, 1);
}

function fill(): void {
  try {
    while (state.spares.length < state.wanted) state.spares.push(started());
  } catch {
    // The system has no more: processes are started when they are needed.
  }
}

function started(): Spare {
  const cell = arena().allocate(1);
  const mailbox = newMailbox();
  try {
    const parent = isMainThread ? process.pid : 0;
    const told = [mailbox, cell, parent].map(String);
    const command = [process.execPath, ...inheritedArguments(), programOf('process'), ...told];
    return { child: new Popen(command, { stdin: DEVNULL, passFds: [arena().fd, mailbox] }) as Popen, mailbox, cell };
  } catch (error) {
    closeDescriptor(mailbox);
    throw error;
  }
}

function end({ child, mailbox }: Spare): void {
  child.kill();
  child.waitSync(); // it is SIGKILL
  closeDescriptor(mailbox);
}

/** In the spare: sleeps until it is needed. @param parent - Whose main thread has started it; 0: another thread has. */
export function sleepAsSpare(cell: number, parent: number): void {
  const { words } = arena();
  const before = process.ppid;
  if (parent > 0) libc().prctl(constants.PR_SET_PDEATHSIG, 9);
  while (Atomics.load(words, cell) === WAITING) {
    if (process.ppid !== before || (parent > 0 && before !== parent)) process.exit(0);
    processFutex.wait(words, cell, WAITING, LOOK_MS);
  }
  if (parent > 0) libc().prctl(constants.PR_SET_PDEATHSIG, 0);
}
