import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { readLog } from './log.ts';
import { NOTICES, type Notice, Recorder, type Subject } from './recorder.ts';

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

/**
 * Records the main thread, and has the notices of all others.
 *
 * @returns Writes what all of them have left into the folder.
 */
export function recordProcess(folder: string, begun: readonly [number, number]): () => void {
  const threads = new Map<number, Known>();
  const channel = new BroadcastChannel(NOTICES);
  channel.unref();
  channel.onmessage = (event) => note(threads, (event as { readonly data: Notice }).data);
  const recorder = new Recorder(begun, (notice) => note(threads, notice));
  return () => {
    recorder.end();
    for (;;) {
      // What has come while the event loop did not turn.
      const received = receiveMessageOnPort(channel as unknown as MessagePort);
      if (received === undefined) break;
      note(threads, received.message as Notice);
    }
    write(folder, threads);
  };
}

function note(threads: Map<number, Known>, notice: Notice): void {
  const known = threads.get(notice.thread) ?? { memory: undefined, name: undefined, subjects: [], tasks: [] };
  threads.set(notice.thread, known);
  if (notice.kind === 'thread') known.memory = notice.memory;
  else if (notice.kind === 'name') known.name = notice.name;
  else if (notice.kind === 'task') known.tasks[notice.number] = notice.name;
  else known.subjects[notice.number] = notice.subject;
}

function write(folder: string, threads: ReadonlyMap<number, Known>): void {
  const record: ProcessRecord = {
    pid: process.pid,
    command: process.argv
      .slice(1)
      .map((word) => basename(word))
      .join(' '),
    threads: [...threads].flatMap(([thread, { memory, ...known }]) => {
      return memory === undefined ? [] : [{ thread, ...known, ...readLog(memory) }];
    }),
  };
  try {
    writeFileSync(join(folder, `${process.pid}${ENDING}`), serialize(record));
  } catch {
    // The program has outlived who wanted to know.
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
