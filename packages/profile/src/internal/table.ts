import { type FunctionKey, idOf, stripped } from './function-key.ts';

/*
 * A profile is a table: what each function has done, and what it has done for each of its callers.
 *
 *   id ──> function: calls, times, callers ──> id ──> caller: calls, times
 */

/** Of what a caller has called: calls, primitive calls, own time, cumulative time. In tables of Python's `profile`: the calls. */
export type CallerNumbers = readonly [calls: number, primitive: number, tottime: number, cumtime: number] | number;

/** One of the functions that have called another. */
export interface CallerStats {
  readonly func: FunctionKey;
  readonly numbers: CallerNumbers;
}

/** What one function has done. */
export interface FunctionStats {
  readonly func: FunctionKey;
  /** How often it was called, but by itself, directly or not. */
  readonly primitiveCalls: number;
  readonly calls: number;
  /** Seconds in it, without what it has called. */
  readonly tottime: number;
  /** Seconds in it and in what it has called. */
  readonly cumtime: number;
  readonly callers: ReadonlyMap<string, CallerStats>;
  /** Of functions that have waited, what Python's tables have no place for. */
  readonly waits?: Waits | undefined;
}

/** How a function has waited. */
export interface Waits {
  /** How often it has gone on after that. */
  readonly resumes: number;
  /** Seconds from its calls to their ends. */
  readonly walltime: number;
}

/** All functions of a profile, by an id. */
export type Table = Map<string, FunctionStats>;

/** Puts two entries of a function together. */
export function addedStats(target: FunctionStats | undefined, source: FunctionStats): FunctionStats {
  if (target === undefined) return { ...source, callers: new Map(source.callers) };
  return {
    func: source.func,
    primitiveCalls: source.primitiveCalls + target.primitiveCalls,
    calls: source.calls + target.calls,
    tottime: source.tottime + target.tottime,
    cumtime: source.cumtime + target.cumtime,
    callers: addedCallers(target.callers, source.callers),
    waits: addedWaits(target.waits, source.waits),
  };
}

function addedWaits(a: Waits | undefined, b: Waits | undefined): Waits | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { resumes: a.resumes + b.resumes, walltime: a.walltime + b.walltime };
}

type Callers = ReadonlyMap<string, CallerStats>;

/** Python: `add_callers`. */
export function addedCallers(target: Callers, source: Callers): Map<string, CallerStats> {
  const sum = new Map(target);
  for (const [id, caller] of source) {
    const before = sum.get(id);
    sum.set(id, before === undefined ? caller : { ...caller, numbers: added(caller.numbers, before.numbers) });
  }
  return sum;
}

function added(a: CallerNumbers, b: CallerNumbers): CallerNumbers {
  if (typeof a === 'number' || typeof b === 'number') return callsOf(a) + callsOf(b);
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}

function callsOf(numbers: CallerNumbers): number {
  return typeof numbers === 'number' ? numbers : numbers[0];
}

/** The table without folders: functions that are the same then are put together. */
export function strippedTable(table: Table): Table {
  const result: Table = new Map();
  for (const stats of table.values()) {
    const func = stripped(stats.func);
    const callers = new Map<string, CallerStats>();
    for (const caller of stats.callers.values()) {
      const func = stripped(caller.func);
      callers.set(idOf(func), { func, numbers: caller.numbers });
    }
    const id = idOf(func);
    const before = result.get(id);
    result.set(
      id,
      before === undefined ? { ...stats, func, callers } : addedStats(before, { ...stats, func, callers }),
    );
  }
  return result;
}

/** For each function those that it has called. */
export function calleesOf(table: Table): Map<string, Map<string, CallerStats>> {
  const callees = new Map<string, Map<string, CallerStats>>();
  for (const [id, { func, callers }] of table) {
    if (!callees.has(id)) callees.set(id, new Map());
    for (const [callerId, { numbers }] of callers) {
      const ofCaller = callees.get(callerId) ?? new Map<string, CallerStats>();
      callees.set(callerId, ofCaller.set(id, { func, numbers }));
    }
  }
  return callees;
}
