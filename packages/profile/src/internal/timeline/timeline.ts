import type { Subject } from '../notices.ts';
import type { ProcessRecord } from './collect.ts';
import { entriesOf } from './log.ts';
import { Story, threadName } from './story.ts';

/*
 * What the threads of a program have left, put together: who waited for what, held it, and did something to it, from when to when.
 *
 *   records of all threads of a process, in the order of time
 *     begin, end          ── when the row of a thread or task begins and ends
 *     wait … waited       ── a wait; it ends with the `acquire` of the same wait, if there is one
 *     acquire … release   ── a hold; whoever released it
 *     put, get, set, …    ── marks
 *
 * Spans of a row that overlap (a hold in which one waits for something else, async functions side by side) are in lanes of their own.
 */

/** Times are in microseconds, from the start of the program on. */
export interface Timeline {
  readonly rows: readonly Row[];
  readonly subjects: readonly SubjectTimes[];
  readonly end: number;
  /** Threads that had more to tell than there is room for. */
  readonly full: readonly string[];
}

/** A process, a thread, or a task in it. */
export interface Row {
  readonly kind: 'process' | 'thread' | 'task';
  readonly name: string;
  readonly pid: number;
  from: number;
  to: number;
  readonly spans: Span[];
  readonly marks: Mark[];
}

export interface Span {
  readonly kind: 'wait' | 'hold';
  /** Which of the subjects. */
  readonly subject: number;
  readonly from: number;
  to: number;
  lane: number;
}

/** Something that takes no time. */
export interface Mark {
  readonly type: string;
  readonly subject: number;
  readonly at: number;
  readonly count: number;
}

/** A lock, a queue, a thread that was waited for. */
export interface SubjectTimes {
  readonly label: string;
  readonly kind: string;
  /** Of the process that has told of it first. */
  readonly pid: number;
  holds: number;
  held: number;
  waits: number;
  waited: number;
  longest: number;
  /** How many items were in a queue: from when on. */
  readonly sizes: (readonly [at: number, size: number])[];
}

export function timelineOf(processes: readonly ProcessRecord[]): Timeline {
  const made = new Maker();
  const begin = ({ threads }: ProcessRecord): number => Math.min(...threads.map(({ records }) => records[0] ?? 0));
  for (const process of [...processes].sort((a, b) => begin(a) - begin(b))) made.add(process);
  return made.timeline();
}

class Maker {
  readonly #rows: Row[] = [];
  readonly #subjects: SubjectTimes[] = [];
  readonly #numbers = new Map<string, number>();
  readonly #kinds = new Map<string, number>();
  readonly #children = new Map<number, Row>();
  readonly #full: string[] = [];
  #end = 0;

  add(process: ProcessRecord): void {
    const entries = process.threads
      .flatMap((thread) => Array.from(entriesOf(thread.records), (entry) => ({ ...entry, thread })))
      .sort((a, b) => a.at - b.at);
    const end = entries.at(-1)?.at ?? 0;
    this.#end = Math.max(this.#end, end);
    const isFirst = this.#rows.length === 0;
    const story = new Story(process, end, isFirst, (subject) => this.#subject(process.pid, subject), this.#subjects);
    for (const entry of entries) story.take(entry);
    for (const row of story.rows()) this.#rows.push(row);
    for (const [pid, row] of story.children) if (!this.#children.has(pid)) this.#children.set(pid, row);
    for (const { isFull, thread, name } of process.threads)
      if (isFull) this.#full.push(name ?? threadName({ name, thread }));
  }

  timeline(): Timeline {
    const recorded = new Set(this.#rows.map(({ pid }) => pid));
    const children = [...this.#children].flatMap(([pid, row]) => (recorded.has(pid) ? [] : [row]));
    const rows = [...this.#rows, ...children];
    for (const row of rows) layOut(row.spans);
    return { rows, subjects: this.#subjects, end: this.#end, full: this.#full };
  }

  /** Objects have no names: they are numbered in the order in which they come. */
  #subject(pid: number, { kind, id, name }: Subject): number {
    const key = kind === 'Process' || kind === 'sleep' ? id : `${pid} ${id}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const count = (this.#kinds.get(kind) ?? 0) + 1;
    this.#kinds.set(kind, count);
    const label = kind === 'sleep' ? kind : (name ?? `${kind} ${count}`);
    const number = this.#subjects.push({
      label,
      kind,
      pid,
      holds: 0,
      held: 0,
      waits: 0,
      waited: 0,
      longest: 0,
      sizes: [],
    });
    this.#numbers.set(key, number - 1);
    return number - 1;
  }
}

/** Nobody sees more at a time. */
const MOST_LANES = 64;

/** Gives spans that overlap lanes of their own: up to so many, the rest is in the last one. */
function layOut(spans: Span[]): void {
  spans.sort((a, b) => a.from - b.from || b.to - a.to);
  const ends: number[] = [];
  for (const span of spans) {
    const free = ends.findIndex((end) => end <= span.from);
    span.lane = free < 0 ? Math.min(ends.length, MOST_LANES - 1) : free;
    ends[span.lane] = Math.max(ends[span.lane] ?? 0, span.to);
  }
}
