import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Notice, Subject } from '../notices.ts';
import { readLog } from './log.ts';

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

/** What is known of a thread while the program runs. */
interface Known {
  memory: SharedArrayBuffer | undefined;
  name: string | undefined;
  readonly subjects: Subject[];
  readonly tasks: string[];
}

/** What all threads of this process leave. */
export class Records {
  readonly #threads = new Map<number, Known>();

  take(notice: Notice): void {
    const none: Known = { memory: undefined, name: undefined, subjects: [], tasks: [] };
    const known = this.#threads.get(notice.thread) ?? none;
    if (notice.kind === 'log') known.memory = notice.memory;
    else if (notice.kind === 'name') known.name = notice.name;
    else if (notice.kind === 'task') known.tasks[notice.number] = notice.name;
    else if (notice.kind === 'subject') known.subjects[notice.number] = notice.subject;
    else return;
    this.#threads.set(notice.thread, known);
  }

  /** Writes them into the folder. */
  write(folder: string): void {
    const record: ProcessRecord = {
      pid: process.pid,
      command: process.argv
        .slice(1)
        .map((word) => basename(word))
        .join(' '),
      threads: [...this.#threads].flatMap(([thread, { memory, ...known }]) => {
        return memory === undefined ? [] : [{ thread, ...known, ...readLog(memory) }];
      }),
    };
    try {
      writeFileSync(join(folder, `${process.pid}${ENDING}`), serialize(record));
    } catch {
      // The program has outlived who wanted to know.
    }
  }
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
