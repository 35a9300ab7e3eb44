import { readFileSync, readlinkSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { OSError } from '@prac/exceptions';
import { threadMemory } from '@prac/sync/memory';
import { arena, FIRST_MEMBER, MEMBER_WORDS, MEMBERS, MOST_MEMBERS } from './arena.ts';
import { shared } from './world.ts';

/*
 * Who shares the arena: each thread that uses something in it has a number, which is never given again, and an entry, in which those who
 * want to know whether it has died find its process.
 *
 *   entry  │ NUMBER │ PID │ BEGUN: when the thread was started │ IDENT: which of its threads │ TID: the system's name of it │
 *
 *   0 ── enter ──> NUMBER ── its thread ends ──> 0        a process that is killed leaves it as it is
 */
const NUMBER = 0;
const PID = 1;
const BEGUN = 2;
const IDENT = 3;
const TID = 4;

/** So long it is believed that a process that was alive still is, in milliseconds. */
const BELIEVED_MS = 5;

interface State {
  /** That of this thread; 0: none yet. */
  me: number;
  readonly alive: Map<number, { readonly begun: number; readonly at: number }>;
}

const state: State = shared('members', () => ({ me: 0, alive: new Map() }));

/** The number of this thread. */
export function me(): number {
  if (state.me === 0) state.me = enter();
  return state.me;
}

function enter(): number {
  const { words } = arena();
  for (let tried = 0; tried < MOST_MEMBERS; tried++) {
    const number = Atomics.add(words, MEMBERS, 1) + 1;
    const at = entryOf(number);
    const before = Atomics.load(words, at + NUMBER);
    if (before !== 0 && !isDead(before)) continue; // it is of one who is still there
    if (Atomics.compareExchange(words, at + NUMBER, before, number) !== before) continue;
    Atomics.store(words, at + PID, 0); // it is just entering
    const tid = threadOfSystem();
    words[at + TID] = tid;
    words[at + BEGUN] = begunOf(process.pid, tid) ?? 0;
    words[at + IDENT] = threadMemory().me;
    Atomics.store(words, at + PID, process.pid);
    // Of a process the system tells when it has ended: until then, others of its exit handlers may hold something.
    if (!isMainThread) process.on('exit', () => Atomics.compareExchange(words, at + NUMBER, number, 0));
    return number;
  }
  throw new OSError(11, `more than ${MOST_MEMBERS} threads of all processes share memory`);
}

/** Whether a member has ended, as far as is known. */
export function isDead(number: number): boolean {
  const { words } = arena();
  const at = entryOf(number);
  if (Atomics.load(words, at + NUMBER) !== number) return true;
  const pid = Atomics.load(words, at + PID);
  if (pid === process.pid) return threadMemory().isDead(words[at + IDENT]!);
  // It may be just entering.
  return pid !== 0 && begun(pid, words[at + TID]!) !== words[at + BEGUN];
}

function entryOf(number: number): number {
  return FIRST_MEMBER + MEMBER_WORDS * ((number - 1) % MOST_MEMBERS);
}

/** When a thread of a process was started; undefined if it has ended. */
function begun(pid: number, tid: number): number | undefined {
  const known = state.alive.get(tid);
  const now = performance.now();
  if (known !== undefined && now - known.at < BELIEVED_MS) return known.begun;
  const found = begunOf(pid, tid);
  if (found === undefined) state.alive.delete(tid);
  else state.alive.set(tid, { begun: found, at: now });
  return found;
}

/** Field 22 of `/proc/PID/task/TID/stat`, as far as it goes into a word. A process that was not collected yet has ended. */
function begunOf(pid: number, tid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : Number(fields[19]) | 0;
  } catch {
    return undefined;
  }
}

/** What the system calls this thread. */
function threadOfSystem(): number {
  return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
}

/** A process has ended: it is not believed to be alive any more. */
export function noteEnd(pid: number): void {
  state.alive.delete(pid);
}

/** The process of a member. */
export function pidOf(number: number): number {
  return arena().words[entryOf(number) + PID]!;
}
