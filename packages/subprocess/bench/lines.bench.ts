// A child writes 256 MiB in lines of 64 bytes (a log, a table); the parent looks at each line. The child is `cat` of a file that
// is in memory, so that the reader is what is measured.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PIPE, type PipeReader, Popen } from '@prac/subprocess';
import { alternate, type Row } from '@prac/testing';
import { options, size } from './support/mode.ts';
import { about, dax, execa, nanoSpawn, tinyexec, zx } from './support/rivals.ts';
import { twin } from './support/twin.ts';

const LINE = `${'0123456789abcde '.repeat(4).slice(0, 63)}\n`;
const LINES = size(2 ** 22, 2 ** 12);
/** nano-spawn takes a minute for all the lines. */
const FEW = LINES / 32;
const folder = mkdtempSync(join(tmpdir(), 'lines-'));
const file = writeLines('all', LINES);
const fewFile = writeLines('few', FEW);

const asyncRows: Row[] = [
  { name: '@prac/subprocess lines()', run: () => withChild(false, (child) => count(child.lines(), 63)) },
  { name: '@prac/subprocess for await, text', run: () => withChild(true, (child) => count(child, 64)) },
  { name: '@prac/subprocess for await, bytes', run: () => withChild(false, (child) => count(child, 64)) },
  {
    name: 'node:child_process with readline',
    run: () => count(createInterface({ input: spawn('cat', [file]).stdout, crlfDelay: Infinity }), 63),
  },
  { name: 'execa', ...about(execa), run: () => count(execa.module.execa('cat', [file], { buffer: false }), 63) },
  { name: 'tinyexec', ...about(tinyexec), run: () => count(tinyexec.module.x('cat', [file]), 63) },
  { name: 'zx', ...about(zx), run: () => count(zx.module.$`cat ${file}`, 63) },
  { name: 'dax linesIter', ...about(dax), run: () => count(dax.module.$`/bin/cat ${file}`.linesIter(), 63) },
  { name: 'nano-spawn (1/32 of the lines, times 32)', ...about(nanoSpawn), run: fewLinesOfNanoSpawn },
  twin('CPython, text', 'lines.py', 'text', file, LINES),
  twin('CPython, bytes', 'lines.py', 'bytes', file, LINES),
];

const syncRows: Row[] = [
  { name: '@prac/subprocess linesSync()', run: () => withChildSync(false, (child) => countSync(child.linesSync())) },
  { name: '@prac/subprocess readlineSync(), text', run: () => withChildSync(true, countReadlines) },
  { name: '@prac/subprocess readlineSync(), bytes', run: () => withChildSync(false, countReadlines) },
  { name: 'node:child_process spawnSync and split', run: splitOutput },
  twin('CPython, text', 'lines.py', 'text', file, LINES),
  twin('CPython, bytes', 'lines.py', 'bytes', file, LINES),
];

try {
  await alternate(asyncRows, options(`${LINES} lines of 64 bytes, async`, 3));
  await alternate(syncRows, options(`${LINES} lines of 64 bytes, blocking`, 3));
} finally {
  rmSync(folder, { recursive: true });
}

function writeLines(name: string, lines: number): string {
  const path = join(folder, name);
  const part = Buffer.from(LINE.repeat(Math.min(lines, 2 ** 12)));
  for (let written = 0; written < lines; written += part.length / 64) writeFileSync(path, part, { flag: 'a' });
  return path;
}

type Line = { readonly length: number };

async function count(lines: AsyncIterable<Line>, length: number, expected = LINES): Promise<void> {
  let n = 0;
  for await (const line of lines) n += line.length === length ? 1 : Number.NaN;
  assert.equal(n, expected);
}

async function withChild(text: boolean, read: (stdout: PipeReader<string | Buffer>) => Promise<void>): Promise<void> {
  const child = new Popen(['cat', file], { stdout: PIPE, text });
  await read(child.stdout);
  assert.equal(await child.wait(), 0);
}

function withChildSync(text: boolean, read: (stdout: PipeReader<string | Buffer>) => void): void {
  const child = new Popen(['cat', file], { stdout: PIPE, text });
  read(child.stdout);
  assert.equal(child.waitSync(), 0);
}

function countSync(lines: Iterable<Line>): void {
  let n = 0;
  for (const line of lines) n += line.length === 63 ? 1 : Number.NaN;
  assert.equal(n, LINES);
}

function countReadlines(stdout: PipeReader<string | Buffer>): void {
  let n = 0;
  for (let line: Line = stdout.readlineSync(); line.length > 0; line = stdout.readlineSync()) {
    n += line.length === 64 ? 1 : Number.NaN;
  }
  assert.equal(n, LINES);
}

function splitOutput(): void {
  const { stdout } = spawnSync('cat', [file], { encoding: 'utf8', maxBuffer: Infinity });
  countSync(stdout.slice(0, -1).split('\n'));
}

async function fewLinesOfNanoSpawn(): Promise<number> {
  const start = performance.now();
  await count(nanoSpawn.module.default('cat', [fewFile]), 63, FEW);
  return ((performance.now() - start) / 1000) * (LINES / FEW);
}
