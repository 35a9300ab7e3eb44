import type { Subject } from '../notices.ts';
import type { ProcessRecord, ThreadRecord } from './collect.ts';
import { type Entry, lastOf } from './log.ts';
import type { Row, Span, SubjectTimes } from './timeline.ts';

/** Something that has happened in a thread. */
interface Event extends Entry {
  readonly thread: ThreadRecord;
}

/** A span whose end has not come. */
interface Open {
  readonly row: Row;
  readonly span: Span;
}

const NONE = -1;

export function threadName({ name, thread }: Pick<ThreadRecord, 'name' | 'thread'>): string {
  return name ?? (thread === 0 ? 'MainThread' : `worker ${thread}`);
}

/** What has happened in one process: takes its events in the order of time. */
export class Story {
  /** Processes that it has started. */
  readonly children: Map<number, Row> = new Map();
  readonly #process: ProcessRecord;
  readonly #end: number;
  readonly #isFirst: boolean;
  readonly #number: (subject: Subject) => number;
  readonly #subjects: readonly SubjectTimes[];
  readonly #rows = new Map<string, Row>();
  readonly #waits = new Map<string, Open>();
  /** Of each subject. */
  readonly #holds = new Map<number, Open[]>();

  /**
   * @param end - When the process ended.
   * @param isFirst - Whether it is that of the program: it was there from the beginning.
   * @param number - Which of the subjects of the timeline it is.
   */
  constructor(
    process: ProcessRecord,
    end: number,
    isFirst: boolean,
    number: (subject: Subject) => number,
    subjects: readonly SubjectTimes[],
  ) {
    this.#process = process;
    this.#end = end;
    this.#isFirst = isFirst;
    this.#number = number;
    this.#subjects = subjects;
  }

  take(event: Event): void {
    const { at, type, thread, task, count } = event;
    const row = this.#row(thread, task);
    if (at > row.to) row.to = at; // what is done when it ends comes behind its end
    if (type === 'begin') row.from = at;
    else if (type === 'end') row.to = at;
    else {
      const about = thread.subjects[event.subject];
      if (about === undefined) return; // it was about to be written when the thread was read
      const subject = this.#number(about);
      const wait = `${thread.thread} ${event.wait}`;
      if (type === 'wait') this.#waits.set(wait, this.#open(row, { kind: 'wait', subject, from: at }));
      else if (type === 'waited') this.#endWait(wait, at, subject);
      else if (type === 'acquire') {
        this.#endWait(wait, at, subject);
        if (/^R?Lock$/.test(about.kind)) while (this.#release(row, at, subject)) {} // taken over from who has died
        const holds = this.#holds.get(subject) ?? [];
        this.#holds.set(subject, holds);
        holds.push(this.#open(row, { kind: 'hold', subject, from: at }));
      } else if (type === 'release') for (let n = 0; n < Math.max(1, count) && this.#release(row, at, subject); n++) {}
      else {
        row.marks.push({ type, subject, at, count });
        if (type === 'put' || type === 'get') this.#subjects[subject]!.sizes.push([at, event.size]);
        if (type === 'spawn' || type === 'exit') this.#child(event, about);
      }
    }
  }

  /** Its rows: the threads that have something to show, each with its tasks. */
  rows(): Row[] {
    for (const open of [...this.#waits.values(), ...[...this.#holds.values()].flat()]) this.#close(open, open.row.to);
    const { pid, command, threads } = this.#process;
    const shown = threads.filter(({ thread, name }) => {
      return thread === 0 || name !== undefined || this.#rowsOf(thread).some(isBusy);
    });
    const rows = shown.flatMap(({ thread }) => this.#rowsOf(thread));
    const from = this.#isFirst
      ? 0
      : Math.min(this.#end, ...shown.map(({ thread }) => this.#rows.get(`${thread} ${NONE}`)?.from ?? this.#end));
    return [{ kind: 'process', name: command, pid, from, to: this.#end, spans: [], marks: [] }, ...rows];
  }

  #rowsOf(thread: number): Row[] {
    return [...this.#rows].flatMap(([key, row]) => (key.startsWith(`${thread} `) ? [row] : []));
  }

  #row(thread: ThreadRecord, task: number): Row {
    const key = `${thread.thread} ${task}`;
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    if (task !== NONE) this.#row(thread, NONE); // comes first
    const name = task === NONE ? threadName(thread) : thread.tasks[task] || `task ${task + 1}`;
    const kind = task === NONE ? 'thread' : 'task';
    const to = thread.isFull ? (lastOf(thread.records) ?? 0) : this.#end; // what came later is not known
    const row: Row = { kind, name, pid: this.#process.pid, from: 0, to, spans: [], marks: [] };
    this.#rows.set(key, row);
    return row;
  }

  #open(row: Row, span: Pick<Span, 'kind' | 'subject' | 'from'>): Open {
    const open = { row, span: { ...span, to: span.from, lane: 0 } };
    row.spans.push(open.span);
    return open;
  }

  #endWait(wait: string, at: number, subject: number): void {
    const open = this.#waits.get(wait);
    if (open === undefined || open.span.subject !== subject) return;
    this.#waits.delete(wait);
    this.#close(open, at);
  }

  /** Of several holds (a semaphore has many) one of who releases it, or the oldest. `false` if there is none. */
  #release(row: Row, at: number, subject: number): boolean {
    const holds = this.#holds.get(subject) ?? [];
    const own = holds[0]?.row === row ? 0 : holds.findIndex((open) => open.row === row);
    const [open] = holds.splice(Math.max(0, own), 1);
    if (open !== undefined) this.#close(open, at);
    return open !== undefined;
  }

  #close({ span }: Open, until: number): void {
    const at = Math.max(until, span.from);
    span.to = at;
    const [times, lasted] = [this.#subjects[span.subject]!, at - span.from];
    if (span.kind === 'hold') {
      times.holds++;
      times.held += lasted;
    } else {
      times.waits++;
      times.waited += lasted;
      times.longest = Math.max(times.longest, lasted);
    }
  }

  #child({ type, at }: Event, { id, name = '' }: Subject): void {
    const pid = Number(id.slice(id.lastIndexOf(' ')));
    const row = this.children.get(pid);
    if (type === 'exit' && row !== undefined) row.to = at;
    if (type !== 'spawn') return;
    this.children.set(pid, { kind: 'process', name, pid, from: at, to: this.#end, spans: [], marks: [] });
  }
}

function isBusy({ spans, marks }: Row): boolean {
  return spans.length > 0 || marks.length > 0;
}
