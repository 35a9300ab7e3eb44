import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Told as Notice, Subject } from '../notices.ts';
import { type EventType, Log, TYPES } from './log.ts';
import { type Name, Names } from './names.ts';

/*
 * Writes what the packages tell on their channels into the log of the thread, and what it is about beside it: in memory that the main thread
 * has, whatever becomes of this one. When one of them is full nothing is listened to any more.
 */

/** What is told on the channels, as far as it is looked at here. */
interface Told {
  readonly type: EventType;
  readonly kind?: 'thread' | 'task';
  readonly name?: string;
  readonly subject?: Subject;
  readonly task?: object | undefined;
  readonly wait?: number;
  readonly count?: number;
  readonly size?: number;
  // of processes
  readonly pid?: number;
  readonly args?: unknown;
  readonly returncode?: number;
  readonly signal?: number;
}

/** Where a part of a task says of which it is one: @prac/sync's `with(fn)`. */
const PARENT = Symbol.for('prac.sync.parent');

const CHANNELS = ['prac:lock', 'prac:queue', 'prac:task', 'prac:process'] as const;
const NONE = -1;
/** As it is now: tests of programs replace it. */
const { hrtime } = process;

export class Recorder {
  readonly #log = new Log();
  readonly #names = new Names();
  readonly #begun: [number, number];
  readonly #subjects = new Map<string, number>();
  /** The same, by the object that is told: quicker. */
  readonly #known = new WeakMap<Subject, number>();
  readonly #tasks = new WeakMap<object, number>();
  #taskCount = 0;

  /**
   * @param begun - What `process.hrtime()` said when the program was started: one clock for all threads and processes.
   * @param tell - Tells the main thread where it is written.
   */
  constructor(begun: readonly [number, number], tell: (notice: Notice) => void) {
    this.#begun = [...begun];
    tell({ kind: 'log', memory: this.#log.memory, names: this.#names.memory });
    this.#write('begin', NONE, NONE);
    for (const name of CHANNELS) subscribe(name, this.#take);
  }

  /** The thread ends. */
  end(): void {
    this.#write('end', NONE, NONE);
  }

  #write(type: EventType, subject: number, task: number, wait = 0, count = 0, size = 0): void {
    const [seconds, nanoseconds] = hrtime(this.#begun);
    const isWritten = this.#log.write(1e6 * seconds + nanoseconds / 1000, type, subject, task, wait, count, size);
    if (!isWritten) this.#stop();
  }

  #stop(): void {
    for (const name of CHANNELS) unsubscribe(name, this.#take);
  }

  readonly #take = (message: unknown): void => {
    const told = message as Told;
    const { type, kind, subject, pid, wait = 0, count = 0, size = 0 } = told;
    if (!TYPES.includes(type)) return;
    if (pid !== undefined) this.#takeProcess(told, pid);
    else if (kind === 'thread') this.#takeThread(told);
    else if (kind === 'task') this.#takeTask(told);
    else if (subject !== undefined) this.#write(type, this.#subject(subject), this.#task(told.task), wait, count, size);
  };

  #name(name: Name): void {
    if (!this.#names.add(name)) this.#stop();
  }

  #takeProcess({ type, args, returncode = 0, signal = 0 }: Told, pid: number): void {
    const name = Array.isArray(args) ? args.map(String).join(' ') : String(args);
    const subject = this.#subject({ kind: 'Process', id: `process ${pid}`, name });
    this.#write(type, subject, NONE, 0, type === 'signal' ? signal : returncode);
  }

  #takeThread({ type, name = '', subject }: Told): void {
    if (type === 'start' && subject !== undefined) this.#write(type, this.#subject(subject), NONE);
    if (type !== 'begin') return;
    this.#log.clear(); // what the worker did before it was a thread is nobody's
    this.#name({ name });
    this.#write('begin', NONE, NONE);
  }

  #takeTask({ type, name = '', task }: Told): void {
    if (type === 'begin' && task !== undefined) {
      this.#tasks.set(task, this.#taskCount);
      this.#name({ task: this.#taskCount++, name });
    }
    this.#write(type, NONE, this.#task(task));
  }

  #subject(subject: Subject): number {
    let number = this.#known.get(subject) ?? this.#subjects.get(subject.id);
    if (number === undefined) {
      number = this.#subjects.size;
      this.#subjects.set(subject.id, number);
      this.#name({ subject: number, ...subject });
    }
    this.#known.set(subject, number);
    return number;
  }

  /** That of the task, or of the one of which it is a part. */
  #task(task: object | undefined): number {
    for (let at = task as { [PARENT]?: object } | undefined; at !== undefined; at = at[PARENT]) {
      const known = this.#tasks.get(at);
      if (known !== undefined) return known;
    }
    return NONE;
  }
}
