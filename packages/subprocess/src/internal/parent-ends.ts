import type { Writable } from 'node:stream';
import { PipeReader } from '../pipe-reader.ts';
import { PipeWriter } from '../pipe-writer.ts';
import { Pump, pumpIn, pumpOut } from './pump.ts';
import { ByteSink } from './sink.ts';
import { ByteSource } from './source.ts';
import type { Started } from './start.ts';

/** What is at this end of a child's pipes: a stream for the user, or a pump to one of Node's; never both. */
export interface ParentEnds {
  readonly stdin: PipeWriter | null;
  readonly stdout: PipeReader<string | Buffer> | null;
  readonly stderr: PipeReader<string | Buffer> | null;
  readonly inputPump: Pump | undefined;
  readonly pumps: readonly Pump[];
}

export function openParentEnds(started: Started): ParentEnds {
  const stdin = inputEnd(started);
  const [stdout, stderr] = [outputEnd(started, 1), outputEnd(started, 2)];
  const inputPump = stdin instanceof Pump ? stdin : undefined;
  const pumps = [stdin, stdout, stderr].filter((end) => end instanceof Pump);
  return { stdin: unlessPump(stdin), stdout: unlessPump(stdout), stderr: unlessPump(stderr), inputPump, pumps };
}

function unlessPump<T>(end: T | Pump): T | null {
  return end instanceof Pump ? null : end;
}

function inputEnd({ engine: { kernel }, child, stdio, settings }: Started): PipeWriter | Pump | null {
  const { parentFd, pumped } = stdio.connections[0];
  if (parentFd === undefined) return null;
  const sink = new ByteSink(kernel, parentFd, child.streams[0] ?? undefined);
  const writer = new PipeWriter(sink, settings.codec, settings.bufsize);
  return pumped === undefined ? writer : new Pump((stopped) => pumpIn(pumped, writer, stopped));
}

/** What is pumped stays bytes in text mode too. */
function outputEnd(started: Started, index: 1 | 2): PipeReader<string | Buffer> | Pump | null {
  const { engine, child, stdio, settings } = started;
  const { parentFd, pumped } = stdio.connections[index];
  if (parentFd === undefined) return null;
  const stream = child.streams[index];
  const source = new ByteSource(engine.kernel, parentFd, {
    resizable: settings.pipesize <= 0,
    ...(stream === null ? {} : { stream }),
  });
  if (pumped === undefined) return new PipeReader<string | Buffer>(source, settings.codec);
  const reader = new PipeReader<Buffer>(source, undefined);
  return new Pump(() => pumpOut(reader, pumped as Writable));
}
