// Long because a report is one thing: what it is of, its order, its tables.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { repr } from '@prac/exceptions';
import { ctime } from './internal/ctime.ts';
import {
  compareKeys,
  type FunctionKey,
  idOf,
  leftJustified,
  standardName,
  stripped,
  widthOf,
} from './internal/function-key.ts';
import { f3, f8 } from './internal/number-text.ts';
import { readProfile, writeProfile } from './internal/prof-file.ts';
import { sortOrder } from './internal/sort-orders.ts';
import {
  addedStats,
  type CallerStats,
  calleesOf,
  type FunctionStats,
  strippedTable,
  type Table,
} from './internal/table.ts';
import type { SortKey } from './sort-key.ts';
import type { FunctionProfile, StatsProfile } from './stats-profile.ts';

/*
 * A report on profiles, as Python's pstats writes it, character by character.
 *
 *   files, profilers ── load, add ──> stats (a table) ── sortStats ──> fcnList: the rows in their order
 *                                                     ── restrictions ──> the rows that are printed
 */

/** Where reports go: what has a method `write`. */
export interface ReportStream {
  write(text: string): unknown;
}

/** What has a profile: a profiler, or something like it. */
export interface ProfileLike {
  /** Has the profile ready in `stats`. */
  createStats(): void;
  stats: Table;
  /** Whether `calls` says how often a function was seen, not how often it was called. */
  readonly isSampled?: boolean;
}

/** Options of {@link Stats}. */
export interface StatsOptions {
  /** Where it prints. @defaultValue process.stdout */
  readonly stream?: ReportStream | null | undefined;
}

/** What a report is of: a file, or a profiler. */
export type StatsSource = string | URL | ProfileLike;

/**
 * Which rows of a report are printed: so many, a fraction of them (0.1: a tenth; a number with a fraction below 1), or those
 * whose name has something that matches (a regular expression).
 */
export type Restriction = number | string | RegExp;

/**
 * Reports on profiles.
 *
 * All methods but those that return something else return the object itself, so that they can be chained.
 *
 * Python: `pstats.Stats`.
 *
 * @example
 * import { Stats } from '@prac/profile';
 * const main = { func: ['app.ts', 1, 'main'] as const, primitiveCalls: 1, calls: 1, tottime: 0.25, cumtime: 0.5, callers: new Map() };
 * const profiler = { createStats() {}, stats: new Map([['main', main]]) };
 * console.log(new Stats(profiler).getStatsProfile().funcProfiles.get('main')?.cumtime); // 0.5
 */
export class Stats {
  /** Where it prints. */
  stream: ReportStream;
  /** The heads of the files that it is of. */
  files: string[] = [];
  /** Seconds in all functions. */
  totalTt = 0;
  totalCalls = 0;
  /** Calls that a function has not made to itself, directly or not. */
  primCalls = 0;
  /** All functions, by an id. */
  stats: Table = new Map();
  /** How the rows are ordered, for the head of a table. */
  sortType = '';
  /** The functions in the order that `sortStats` has made. */
  protected fcnList: FunctionStats[] | undefined;
  protected maxNameLen = 0;
  protected topLevel: FunctionKey[] = [];
  protected allCallees: Map<string, Map<string, CallerStats>> | undefined;
  /** Whether one of the profiles was sampled. */
  #isSampled = false;

  /**
   * @param sources - Files and profilers, which are added up; a stream, as the last one.
   * @throws {OSError} if a file cannot be read. {EOFError}, {ValueError} if it holds no profile. {TypeError} for what is no source,
   * or an empty profile.
   */
  constructor(...sources: readonly (StatsSource | StatsOptions | null | undefined)[]) {
    const last = sources.at(-1);
    const options = isOptions(last) ? last : undefined;
    const [first, ...others] = (options === undefined ? sources : sources.slice(0, -1)) as (
      | StatsSource
      | null
      | undefined
    )[];
    this.stream = options?.stream ?? process.stdout;
    this.loadStats(first);
    this.#count();
    this.add(...(others as StatsSource[]));
  }

  /**
   * Takes a profile in place of what is there. (The constructor does.)
   *
   * @throws As the constructor.
   */
  loadStats(source?: StatsSource | null): void {
    if (source === undefined || source === null) {
      this.stats = new Map();
      return;
    }
    this.stats = new Map();
    if (typeof source === 'string' || source instanceof URL) {
      const path = typeof source === 'string' ? source : fileURLToPath(source);
      this.stats = readProfile(path);
      this.files = [`${ctime(statSync(path).mtime)}    ${path}`];
    } else if (isProfileLike(source)) {
      source.createStats();
      this.stats = source.stats;
      this.#isSampled = source.isSampled === true;
      source.stats = new Map();
    }
    if (this.stats.size === 0)
      throw new TypeError(`Cannot create or construct a ${this.constructor.name} object from ${repr(source)}`);
  }

  #count(): void {
    for (const { func, calls, primitiveCalls, tottime, callers } of this.stats.values()) {
      this.totalCalls += calls;
      this.primCalls += primitiveCalls;
      this.totalTt += tottime;
      if (callers.has(TOP)) this.topLevel.push(func);
      this.maxNameLen = Math.max(this.maxNameLen, widthOf(standardName(func)));
    }
  }

  /**
   * Adds other profiles.
   *
   * @throws As the constructor.
   */
  add(...sources: readonly (StatsSource | Stats)[]): this {
    for (const source of [...sources].reverse()) {
      const other = source instanceof Stats ? source : new Stats(source);
      this.files.push(...other.files);
      this.totalCalls += other.totalCalls;
      this.primCalls += other.primCalls;
      this.totalTt += other.totalTt;
      this.topLevel = distinct([...this.topLevel, ...other.topLevel]);
      this.maxNameLen = Math.max(this.maxNameLen, other.maxNameLen);
      this.#isSampled ||= other.#isSampled;
      this.fcnList = undefined;
      this.allCallees = undefined;
      // A copy: it may be this very object.
      for (const [id, stats] of [...other.stats]) this.stats.set(id, addedStats(this.stats.get(id), stats));
    }
    return this;
  }

  /**
   * Writes the profile into a file that this and Python's pstats read.
   *
   * @throws {OSError} if it cannot be written.
   */
  dumpStats(filename: string | URL): void {
    writeProfile(typeof filename === 'string' ? filename : fileURLToPath(filename), this.stats);
  }

  /**
   * Sorts the rows.
   *
   * @param keys - The first is the first; words may be shortened, as long as they are unique. Numbers as in `profile`: -1 stdname, 0
   * calls, 1 time, 2 cumulative. Nothing: no order.
   * @throws {KeyError} for a key that is none. {TypeError} if they are of several types.
   */
  sortStats(...keys: readonly (string | number | SortKey)[]): this {
    if (keys.length === 0) {
      this.fcnList = undefined;
      return this;
    }
    const { compare, description } = sortOrder(keys);
    this.sortType = description;
    this.fcnList = [...this.stats.values()].sort(compare);
    return this;
  }

  /** Turns the order round. */
  reverseOrder(): this {
    this.fcnList?.reverse();
    return this;
  }

  /** Takes the folders out of all names. Functions that are the same then are put together. */
  stripDirs(): this {
    this.stats = strippedTable(this.stats);
    this.maxNameLen = widest([...this.stats.values()]);
    this.topLevel = distinct(this.topLevel.map(stripped));
    this.fcnList = undefined;
    this.allCallees = undefined;
    return this;
  }

  /** The table for programs. */
  getStatsProfile(): StatsProfile {
    const funcProfiles = new Map<string, FunctionProfile>();
    const byStandardName = new Map<string, FunctionProfile>();
    for (const stats of this.fcnList ?? this.stats.values()) {
      const profile = profileOf(stats);
      funcProfiles.set(stats.func[2], profile);
      byStandardName.set(standardName(stats.func), profile);
    }
    return { totalTt: funcProfiles.size === 0 ? 0 : Number(f3(this.totalTt)), funcProfiles, byStandardName };
  }

  /** Prints the table: calls and times of all functions. */
  printStats(...restrictions: readonly Restriction[]): this {
    for (const file of this.files) this.#print(file);
    if (this.files.length > 0) this.#print();
    for (const func of this.topLevel) this.#print(`${INDENT} ${func[2]}`);
    const primitive = this.totalCalls === this.primCalls ? '' : `(${this.primCalls} primitive calls) `;
    this.#print(`${INDENT} ${this.totalCalls} function calls ${primitive}in ${f3(this.totalTt)} seconds`);
    if (this.#isSampled) this.#print(`${INDENT}${SAMPLED}`);
    this.#print();
    const { rows } = this.#rows(restrictions);
    if (rows.length === 0) return this;
    this.printTitle();
    for (const row of rows) this.printLine(row);
    this.#print('\n');
    return this;
  }

  /**
   * Prints the functions that have waited (async functions, generators): how often they went on, and how long it was from their calls to
   * their ends. Nothing, if none has. Files do not know of it.
   *
   * Python: none; there a function's calls are counted whenever it goes on.
   */
  printWaits(...restrictions: readonly Restriction[]): this {
    if (![...this.stats.values()].some(({ waits }) => waits !== undefined)) return this;
    const { rows: waiting } = this.#rows(restrictions, ({ waits }) => waits !== undefined);
    if (waiting.length === 0) return this;
    this.#print('   ncalls  resumes walltime  percall filename:lineno(function)');
    for (const row of waiting) this.#print(waitsLine(row));
    this.#print('\n');
    return this;
  }

  /** Prints for each function which ones it has called. */
  printCallees(...restrictions: readonly Restriction[]): this {
    const { width, rows } = this.#rows(restrictions);
    if (rows.length === 0) return this;
    this.allCallees ??= calleesOf(this.stats);
    this.printCallHeading(width, 'called...');
    for (const { func } of rows) this.printCallLine(width, func, this.allCallees.get(idOf(func)), '->');
    this.#print('\n');
    return this;
  }

  /** Prints for each function which ones have called it. */
  printCallers(...restrictions: readonly Restriction[]): this {
    const { width, rows } = this.#rows(restrictions);
    if (rows.length === 0) return this;
    this.printCallHeading(width, 'was called by...');
    for (const { func, callers } of rows) this.printCallLine(width, func, callers, '<-');
    this.#print('\n');
    return this;
  }

  // What subclasses may do otherwise.

  /** The head of the columns. */
  protected printTitle(): void {
    this.#print('   ncalls  tottime  percall  cumtime  percall filename:lineno(function)');
  }

  /** A row of the table. */
  protected printLine({ func, calls, primitiveCalls, tottime, cumtime }: FunctionStats): void {
    const columns = [
      callsText(calls, primitiveCalls).padStart(9),
      f8(tottime),
      calls === 0 ? ' '.repeat(8) : f8(tottime / calls),
      f8(cumtime),
      primitiveCalls === 0 ? ' '.repeat(8) : f8(cumtime / primitiveCalls),
      standardName(func),
    ];
    this.#print(columns.join(' '));
  }

  /** The head of a table of callers or callees. */
  protected printCallHeading(width: number, title: string): void {
    this.#print(leftJustified('Function ', width) + title);
    const [first] = [...this.stats.values()].flatMap(({ callers }) => callers.values().next().value ?? []);
    if (first !== undefined && typeof first.numbers !== 'number')
      this.#print(`${' '.repeat(width)}    ncalls  tottime  cumtime`);
  }

  /** A function, and those that it has called, or that have called it. */
  protected printCallLine(
    width: number,
    func: FunctionKey,
    others: ReadonlyMap<string, CallerStats> | undefined,
    arrow: string,
  ): void {
    const begin = `${leftJustified(standardName(func), width)}${arrow} `;
    if (others === undefined || others.size === 0) {
      this.#print(begin);
      return;
    }
    const sorted = [...others.values()].sort((a, b) => compareKeys(a.func, b.func));
    for (const [i, { func, numbers }] of sorted.entries()) {
      const name = standardName(func);
      if (typeof numbers === 'number') {
        const cumtime = this.stats.get(idOf(func))?.cumtime ?? 0;
        this.#print(`${i === 0 ? begin : ' '.repeat(width + 3)}${name}(${numbers}) ${f8(cumtime)}`);
        continue;
      }
      const [calls, primitive, tottime, cumtime] = numbers;
      const text = callsText(calls, primitive).padStart(i === 0 ? 7 : 9);
      this.#print(`${i === 0 ? begin : ' '.repeat(width + 1)}${text} ${f8(tottime)} ${f8(cumtime)}  ${name}`);
    }
  }

  /** What is left of the rows by one restriction, and what is said of that. */
  protected evalPrintAmount(
    restriction: Restriction,
    rows: readonly FunctionStats[],
  ): { rows: readonly FunctionStats[]; message: string } {
    let left = rows;
    if (typeof restriction === 'number') {
      if (!Number.isInteger(restriction) && restriction >= 0 && restriction < 1)
        left = rows.slice(0, Math.floor(rows.length * restriction + 0.5));
      else if (Number.isInteger(restriction) && restriction >= 0 && restriction < rows.length)
        left = rows.slice(0, restriction);
    } else {
      const pattern = patternOf(restriction);
      if (pattern === undefined) return { rows, message: `   <Invalid regular expression ${repr(restriction)}>\n` };
      left = rows.filter(({ func }) => pattern.test(standardName(func)));
    }
    if (left.length === rows.length) return { rows, message: '' };
    const said = restriction instanceof RegExp ? String(restriction) : repr(restriction);
    return {
      rows: left,
      message: `   List reduced from ${rows.length} to ${left.length} due to restriction <${said}>\n`,
    };
  }

  /** Says how the rows are ordered and restricted; gives those that are left, and the width of their names. */
  #rows(
    restrictions: readonly Restriction[],
    isMeant: (row: FunctionStats) => boolean = () => true,
  ): { width: number; rows: readonly FunctionStats[] } {
    const isSorted = this.fcnList !== undefined && this.fcnList.length > 0;
    let rows: readonly FunctionStats[] = (isSorted ? this.fcnList! : [...this.stats.values()]).filter(isMeant);
    let said = isSorted ? `   Ordered by: ${this.sortType}\n` : '   Random listing order was used\n';
    for (const restriction of restrictions) {
      const { rows: left, message } = this.evalPrintAmount(restriction, rows);
      rows = left;
      said += message;
    }
    if (rows.length === 0) return { width: 0, rows };
    this.#print(said);
    return { width: (rows.length < this.stats.size ? widest(rows) : this.maxNameLen) + 2, rows };
  }

  #print(text = ''): void {
    this.stream.write(`${text}\n`);
  }
}

// Bundlers rename classes that name themselves.
Object.defineProperty(Stats, 'name', { value: 'Stats', configurable: true });

const INDENT = ' '.repeat(8);
const SAMPLED =
  'sampled: ncalls says how often a function was seen. Run by prac-profile, or with --import @prac/profile/register, calls are counted';
/** Who has called the outermost function, in tables of Python's first profiler. */
const TOP = idOf(['jprofile', 0, 'profiler']);

function isOptions(value: unknown): value is StatsOptions {
  return typeof value === 'object' && value !== null && 'stream' in value && !(value instanceof Stats);
}

function isProfileLike(value: unknown): value is ProfileLike {
  return typeof (value as Partial<ProfileLike> | null)?.createStats === 'function';
}

function distinct(functions: readonly FunctionKey[]): FunctionKey[] {
  return [...new Map(functions.map((func) => [idOf(func), func])).values()];
}

function widest(rows: readonly FunctionStats[]): number {
  return rows.reduce((width, { func }) => Math.max(width, widthOf(standardName(func))), 0);
}

/** With primitive calls behind a slash, where they differ. */
function callsText(calls: number, primitive: number): string {
  return calls === primitive ? String(calls) : `${calls}/${primitive}`;
}

function waitsLine({ func, calls, waits }: FunctionStats): string {
  const { resumes, walltime } = waits!;
  const each = calls === 0 ? ' '.repeat(8) : f8(walltime / calls);
  return [String(calls).padStart(9), String(resumes).padStart(8), f8(walltime), each, standardName(func)].join(' ');
}

function patternOf(restriction: string | RegExp): RegExp | undefined {
  try {
    return new RegExp(restriction); // a copy: one with the flag g remembers where it was
  } catch {
    return undefined;
  }
}

function profileOf({ func, calls, primitiveCalls, tottime, cumtime }: FunctionStats): FunctionProfile {
  return {
    ncalls: callsText(calls, primitiveCalls),
    tottime: Number(f3(tottime)),
    percallTottime: calls === 0 ? -1 : Number(f3(tottime / calls)),
    cumtime: Number(f3(cumtime)),
    percallCumtime: primitiveCalls === 0 ? -1 : Number(f3(cumtime / primitiveCalls)),
    fileName: func[0],
    lineNumber: func[1],
  };
}
