import { closeSync } from 'node:fs';
import { devNull } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';
import { OSError, RuntimeError, ValueError } from '@prac/exceptions';
import { DEVNULL, PIPE, STDOUT } from '../constants.ts';
import type { PopenOptions } from '../options.ts';
import { coreOf, PipeReader, sequenceOf } from '../pipe-reader.ts';
import type { ChildEnd } from './engines/engine.ts';
import type { Kernel } from './kernel.ts';
import { openFile } from './open-file.ts';

/*
 *   Parent                                       Child
 *   ------                                       -----
 *   write end ── stdin ──> read end           =  0
 *   read end <── stdout ── write end          =  1
 *   read end <── stderr ── write end          =  2
 *
 * What the child gets is made, or looked up, before it starts; what was made for it is closed here once it has started.
 */

/** Data that this process carries between the child's pipe and a Node stream. */
export type Pumped = Readable | Writable | AsyncIterable<Uint8Array | string>;

/** One of the three standard streams. */
interface Connection {
  /** What the child gets. */
  readonly childEnd: ChildEnd;
  /** The parent's end of a pipe: a descriptor, or -1 where the engine makes the pipe; `undefined` without a pipe. */
  readonly parentFd?: number;
  /** Closes what is the child's alone, when it has started (or has not). */
  readonly closeAfter?: () => void;
  readonly pumped?: Pumped;
  /** A reader whose descriptor the child takes over. */
  readonly handedOver?: PipeReader<string | Buffer>;
}

/** All three, connected but not yet in use. */
export interface Stdio {
  readonly connections: readonly [Connection, Connection, Connection];
  /** stderr joins a stdout whose pipe the engine makes. */
  readonly mergeInEngine: boolean;
  /** The child has started: closes what is its alone. */
  started(): void;
  /** The child has not started: closes everything that was made. */
  abandon(): void;
}

const INHERITED: readonly Connection[] = [{ childEnd: 0 }, { childEnd: 1 }, { childEnd: 2 }];
const NAMES = ['stdin', 'stdout', 'stderr'] as const;

/** @throws {OSError} {ValueError} {TypeError} for what cannot be a standard stream. */
export function openStdio(kernel: Kernel, options: PopenOptions): Stdio {
  const connections: Connection[] = [];
  const abandon = (): void => {
    for (const { closeAfter, parentFd } of connections) {
      closeAfter?.();
      if (parentFd !== undefined && parentFd >= 0) kernel.close(parentFd);
    }
  };
  const started = (): void => {
    for (const { closeAfter, handedOver } of connections) {
      closeAfter?.();
      handedOver?.close();
    }
  };
  let mergeInEngine = false;
  try {
    for (const index of [0, 1, 2] as const) {
      const value = options[NAMES[index]] ?? null;
      if (value === STDOUT) {
        const childEnd = mergeTarget(index, connections);
        mergeInEngine = childEnd === 'pipe';
        connections.push({ childEnd: mergeInEngine ? 2 : childEnd });
      } else connections.push(connect(kernel, index, value));
    }
  } catch (error) {
    abandon();
    throw error;
  }
  return { connections: connections as unknown as Stdio['connections'], mergeInEngine, started, abandon };
}

function mergeTarget(index: 0 | 1 | 2, connections: readonly Connection[]): ChildEnd {
  if (index !== 2) throw new ValueError('STDOUT can only be used for stderr');
  return connections[1]!.childEnd;
}

function connect(kernel: Kernel, index: 0 | 1 | 2, value: NonNullable<unknown> | null): Connection {
  if (value === null) return INHERITED[index]!;
  if (value === PIPE) return connectPipe(kernel, index);
  if (value === DEVNULL) {
    const fd = openFile(devNull, 'r+');
    // By the door through which it came: in workers Node keeps count of what openSync has opened.
    return { childEnd: fd, closeAfter: () => closeSync(fd) };
  }
  if (value instanceof PipeReader) return handOver(kernel, index, value);
  const fd = isReadAhead(value) ? undefined : descriptorOf(value);
  if (fd !== undefined) {
    if (!Number.isInteger(fd) || fd < 0) throw new OSError(9);
    return { childEnd: fd };
  }
  const fits = index === 0 ? isAsyncIterable(value) : isWritable(value);
  if (fits) return { ...connectPipe(kernel, index), pumped: value as Pumped };
  throw new TypeError(
    `Expected ${NAMES[index]} to be PIPE, DEVNULL, a descriptor, something with fd or fileno(), or a ${index === 0 ? 'readable' : 'writable'} stream, got ${inspect(value, { depth: 0 })}`,
  );
}

function connectPipe(kernel: Kernel, index: 0 | 1 | 2): Connection {
  const pipe = kernel.pipe();
  if (pipe === null) return { childEnd: 'pipe', parentFd: -1 };
  const [readEnd, writeEnd] = pipe;
  const [childEnd, parentFd] = index === 0 ? [readEnd, writeEnd] : [writeEnd, readEnd];
  return { childEnd, parentFd, closeAfter: () => kernel.close(childEnd) };
}

/** Another child's output: its pipe itself, if nobody has begun to read it; else what is read is carried over. */
function handOver(kernel: Kernel, index: 0 | 1 | 2, reader: PipeReader<string | Buffer>): Connection {
  if (index !== 0) throw new TypeError(`A child's output can be another child's stdin, not its ${NAMES[index]}`);
  if (reader.closed) throw new ValueError('I/O operation on closed file.');
  sequenceOf(reader).refuseIfBusy();
  if (coreOf(reader).claimed) throw new RuntimeError('communicate is reading this stream');
  coreOf(reader).reclaim();
  const { source, assembly } = coreOf(reader);
  if (!source.plain || assembly.length > 0) return { ...connectPipe(kernel, index), pumped: restOf(reader) };
  return { childEnd: source.plainFd(), handedOver: reader };
}

/** What is still to come from a reader, which belongs to whoever iterates from now on. */
function restOf(reader: PipeReader<string | Buffer>): AsyncIterable<Uint8Array | string> {
  const core = coreOf(reader);
  const sequence = sequenceOf(reader);
  core.given = true;
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const piece = await sequence.run(() => core.readSome(-1));
          if (piece.length === 0) return;
          yield piece;
        }
      } finally {
        core.close();
      }
    },
  };
}

/**
 * Whether its descriptor alone would not give the same data: a readable stream has positions and buffers of its own. The
 * process's own stdin is passed on as it is. (Asking for `process.stdin` would open it.)
 */
function isReadAhead(value: NonNullable<unknown>): boolean {
  const { readableLength, fd } = value as Partial<Readable> & { fd?: unknown };
  return typeof readableLength === 'number' && fd !== 0 && isAsyncIterable(value);
}

function descriptorOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const { fd, fileno } = value as { fd?: unknown; fileno?: unknown };
  if (typeof fileno === 'function') return Number(fileno.call(value));
  return typeof fd === 'number' ? fd : undefined;
}

/** Node's readable streams are async iterables too. */
function isAsyncIterable(value: NonNullable<unknown>): boolean {
  return typeof value === 'object' && Symbol.asyncIterator in value;
}

function isWritable(value: NonNullable<unknown>): boolean {
  const { write, once } = value as Partial<Writable>;
  return typeof write === 'function' && typeof once === 'function';
}
