import {
  type Command,
  type CommunicateOptions,
  type CompletedProcess,
  type PipeReader,
  type PipeWriter,
  Popen,
  type PopenOptions,
  type PopenShape,
  type RunOptions,
  run,
  runSync,
  type StderrOf,
  type StdoutOf,
} from '@prac/subprocess';
import { can } from './engine.ts';

/** The same calls in the asynchronous and in the blocking form. */
export interface Form {
  readonly name: string;
  wait(child: Popen, timeout?: number): Promise<number>;
  communicate<S extends PopenShape>(
    child: Popen<S>,
    options?: Omit<CommunicateOptions, 'signal'>,
  ): Promise<S['output']>;
  read<T extends string | Buffer>(reader: PipeReader<T>, size?: number | null): Promise<T>;
  read1<T extends string | Buffer>(reader: PipeReader<T>, size?: number | null): Promise<T>;
  readline<T extends string | Buffer>(reader: PipeReader<T>, size?: number | null): Promise<T>;
  readlines<T extends string | Buffer>(reader: PipeReader<T>, hint?: number | null): Promise<T[]>;
  /** What iterating over `lines` gives, up to so many. */
  lines(reader: PipeReader<string> | PipeReader<Buffer>, most?: number): Promise<string[]>;
  write(writer: PipeWriter, data: string | Uint8Array): Promise<number>;
  writelines(writer: PipeWriter, lines: Iterable<string | Uint8Array>): Promise<void>;
  flush(writer: PipeWriter): Promise<void>;
  close(writer: PipeWriter): Promise<void>;
  dispose(child: Popen): Promise<void>;
}

const asynchronous: Form = {
  name: 'async',
  wait: (child, timeout) => child.wait(timeout),
  communicate: (child, options) => child.communicate(options),
  read: (reader, size) => reader.read(size),
  read1: (reader, size) => reader.read1(size),
  readline: (reader, size) => reader.readline(size),
  readlines: (reader, hint) => reader.readlines(hint),
  async lines(reader, most = Number.POSITIVE_INFINITY) {
    const lines: string[] = [];
    for await (const line of reader.lines()) if (lines.push(line) >= most) break;
    return lines;
  },
  write: (writer, data) => writer.write(data),
  writelines: (writer, lines) => writer.writelines(lines),
  flush: (writer) => writer.flush(),
  close: (writer) => writer.close(),
  dispose: (child) => child[Symbol.asyncDispose](),
};

const blocking: Form = {
  name: 'Sync',
  wait: async (child, timeout) => child.waitSync(timeout),
  communicate: async (child, options) => child.communicateSync(options),
  read: async (reader, size) => reader.readSync(size),
  read1: async (reader, size) => reader.read1Sync(size),
  readline: async (reader, size) => reader.readlineSync(size),
  readlines: async (reader, hint) => reader.readlinesSync(hint),
  async lines(reader, most = Number.POSITIVE_INFINITY) {
    const lines: string[] = [];
    for (const line of reader.linesSync()) if (lines.push(line) >= most) break;
    return lines;
  },
  write: async (writer, data) => writer.writeSync(data),
  writelines: async (writer, lines) => writer.writelinesSync(lines),
  flush: async (writer) => writer.flushSync(),
  close: async (writer) => writer.closeSync(),
  dispose: async (child) => child[Symbol.dispose](),
};

/** The forms of what a child and its pipes offer: the blocking one where the engine has it. */
export const forms: readonly Form[] = can('blocking pipes') ? [asynchronous, blocking] : [asynchronous];

/** The forms of `run`, which every engine has. */
export const runForms: readonly {
  readonly name: string;
  call<const O extends RunOptions>(args: Command, options?: O): Promise<CompletedProcess<StdoutOf<O>, StderrOf<O>>>;
}[] = [
  { name: 'run', call: run },
  { name: 'runSync', call: async (args, options) => runSync(args, options) },
];

/** Everything that starts a child with the same options. */
export const starters: readonly {
  readonly name: string;
  start(args: Command, options?: PopenOptions): Promise<unknown>;
}[] = [
  { name: 'new Popen', start: async (args, options) => new Popen(args, options) },
  ...runForms.map(({ name, call }) => ({ name, start: call })),
];
