import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Notice, Subject } from '../notices.ts';
import { writeWhole } from '../part.ts';
import { readLog } from './log.ts';
import { readNames } from './names.ts';

/** What one thread has left. */
export interface ThreadRecord {
  readonly thread: number;
  readonly name: string | undefined;
  readonly subjects: readonly Subject[];
  readonly tasks: readonly string[];
  readonly records: Float64Array;
  readonly isFull: boolean;
}

/** What the threads of one process have left. */
export interface ProcessRecord {
  readonly pid: number;
  readonly command: string;
  readonly threads: readonly ThreadRecord[];
}

export const ENDING = '.timeline';

/** Where a thread writes; or what it has written, when it has ended. */
type Known = Extract<Notice, { kind: 'log' }> | ThreadRecord;

/** What all threads of this process leave. */
export class Records {
  readonly #threads = new Map<number, Known>();

  take(notice: Notice): void {
    const { kind, thread } = notice;
    if (kind === 'log') this.#threads.set(thread, notice);
    else if (kind === 'ended') {
      const known = this.#threads.get(thread);
      if (known !== undefined) this.#threads.set(thread, recordOf(known)); // its memory is given back
    }
  }

  /** Writes them into the folder. */
  write(folder: string): void {
    const [, program = '', ...rest] = process.argv;
    const record: ProcessRecord = {
      pid: process.pid,
      command: [basename(program), ...rest].join(' '),
      threads: [...this.#threads.values()].map(recordOf),
    };
    try {
      writeWhole(join(folder, `${process.pid}${ENDING}`), serialize(record));
    } catch (error) {
      // As a rule the program has outlived who wanted to know.
      if (existsSync(folder)) console.error(`prac-profile: the timeline is lost: ${(error as Error).message}`);
    }
  }
}

function recordOf(known: Known): ThreadRecord {
  if (!('memory' in known)) return known;
  const log = readLog(known.memory); // first: what it is about was written before
  let name: string | undefined;
  const subjects: Subject[] = [];
  const tasks: string[] = [];
  for (const entry of readNames(known.names)) {
    if ('subject' in entry) subjects[entry.subject] = { kind: entry.kind, id: entry.id, name: entry.name };
    else if ('task' in entry) tasks[entry.task] = entry.name;
    else name = entry.name;
  }
  return { thread: known.thread, name, subjects, tasks, ...log };
}

/** What all processes of a program have left. */
export function readRecords(folder: string): ProcessRecord[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(ENDING));
  return files.sort().flatMap((file) => {
    try {
      return [deserialize(readFileSync(join(folder, file))) as ProcessRecord];
    } catch {
      return []; // somebody is writing it
    }
  });
}
