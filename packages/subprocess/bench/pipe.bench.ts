// Much data from a child: 2 GiB read and counted, then 1 GiB collected into one value.
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { PIPE, Popen, run, runSync } from '@prac/subprocess';
import { alternate, type Row } from '@prac/testing';
import { options, size } from './support/mode.ts';
import { about, dax, execa, tinyexec } from './support/rivals.ts';
import { twin } from './support/twin.ts';

const STREAMED = size(2 ** 31, 2 ** 21);
const COLLECTED = size(2 ** 30, 2 ** 20);
const MEBIBYTE = 2 ** 20;
const write = (bytes: number) => ['head', '-c', String(bytes), '/dev/zero'] as const;
const [file, ...args] = write(STREAMED);

const streaming: Row[] = [
  { name: '@prac/subprocess readinto()', run: () => readIntoAsync() },
  { name: '@prac/subprocess readinto(), pipesize 1 MiB', run: () => readIntoAsync(MEBIBYTE) },
  { name: '@prac/subprocess readintoSync()', run: () => readIntoBlocking() },
  { name: '@prac/subprocess readintoSync(), pipesize 1 MiB', run: () => readIntoBlocking(MEBIBYTE) },
  { name: '@prac/subprocess read1()', run: () => readAsync() },
  { name: '@prac/subprocess read1(), pipesize 1 MiB', run: () => readAsync(MEBIBYTE) },
  { name: '@prac/subprocess stdout.stream', run: readStream },
  { name: '@prac/subprocess read1Sync()', run: () => readBlocking() },
  { name: '@prac/subprocess read1Sync(), pipesize 1 MiB', run: () => readBlocking(MEBIBYTE) },
  { name: "node:child_process 'data'", run: () => countChild(spawn(file, args)) },
  { name: 'execa', ...about(execa), run: countExeca },
  { name: 'tinyexec', ...about(tinyexec), run: () => countChild(tinyexec.module.x(file, args).process!) },
  { name: 'nano-spawn', run: () => {}, skip: 'keeps all of it as text: crashes at 512 MiB' },
  twin('CPython readinto', 'pipe.py', 'stream', STREAMED, -1),
  twin('CPython readinto, pipesize 1 MiB', 'pipe.py', 'stream', STREAMED, MEBIBYTE),
];

const [all, ...collectArgs] = write(COLLECTED);
const unlimited = { encoding: 'buffer', maxBuffer: Infinity } as const;
const onlyText = 'text only: nothing above 512 MiB';
const collecting: Row[] = [
  { name: '@prac/subprocess run', run: async () => whole(await run(write(COLLECTED), { stdout: PIPE })) },
  { name: '@prac/subprocess runSync', run: () => whole(runSync(write(COLLECTED), { stdout: PIPE })) },
  { name: 'node:child_process execFile', run: () => collectWithExecFile() },
  { name: 'node:child_process spawnSync', run: () => whole(spawnSync(all, collectArgs, unlimited)) },
  {
    name: 'execa',
    ...about(execa),
    run: async () => whole(await execa.module.execa(all, collectArgs, { ...unlimited, stripFinalNewline: false })),
  },
  {
    name: 'dax',
    ...about(dax),
    run: async () => whole({ stdout: await dax.module.$`/usr/bin/head -c ${String(COLLECTED)} /dev/zero`.bytes() }),
  },
  { name: 'tinyexec', run: () => {}, skip: onlyText },
  { name: 'nano-spawn', run: () => {}, skip: onlyText },
  { name: 'zx', run: () => {}, skip: onlyText },
  twin('CPython subprocess.run', 'pipe.py', 'collect', COLLECTED, -1),
];

await alternate(streaming, options(`${STREAMED / MEBIBYTE} MiB read and counted`, 3));
await alternate(collecting, options(`${COLLECTED / MEBIBYTE} MiB collected`, 3));

async function readIntoAsync(pipesize = -1): Promise<void> {
  const child = new Popen(write(STREAMED), { stdout: PIPE, pipesize });
  const memory = new Uint8Array(MEBIBYTE);
  let n = 0;
  for (let got = await child.stdout.readinto(memory); got > 0; got = await child.stdout.readinto(memory)) n += got;
  assert.equal(n, STREAMED);
  assert.equal(await child.wait(), 0);
}

function readIntoBlocking(pipesize = -1): void {
  const child = new Popen(write(STREAMED), { stdout: PIPE, pipesize });
  const memory = new Uint8Array(MEBIBYTE);
  let n = 0;
  for (let got = child.stdout.readintoSync(memory); got > 0; got = child.stdout.readintoSync(memory)) n += got;
  assert.equal(n, STREAMED);
  assert.equal(child.waitSync(), 0);
}

async function readAsync(pipesize = -1): Promise<void> {
  const child = new Popen(write(STREAMED), { stdout: PIPE, pipesize });
  let n = 0;
  for (let chunk = await child.stdout.read1(); chunk.length > 0; chunk = await child.stdout.read1()) n += chunk.length;
  assert.equal(n, STREAMED);
  assert.equal(await child.wait(), 0);
}

function readBlocking(pipesize = -1): void {
  const child = new Popen(write(STREAMED), { stdout: PIPE, pipesize });
  let n = 0;
  for (let chunk = child.stdout.read1Sync(); chunk.length > 0; chunk = child.stdout.read1Sync()) n += chunk.length;
  assert.equal(n, STREAMED);
  assert.equal(child.waitSync(), 0);
}

async function readStream(): Promise<void> {
  const child = new Popen(write(STREAMED), { stdout: PIPE });
  let n = 0;
  for await (const chunk of child.stdout.stream) n += (chunk as Buffer).length;
  assert.equal(n, STREAMED);
  assert.equal(await child.wait(), 0);
}

async function countChild(child: ChildProcess): Promise<void> {
  await countData(child.stdout!, new Promise((resolve) => child.once('close', resolve)));
}

async function countExeca(): Promise<void> {
  const child = execa.module.execa(file, args, { buffer: false });
  await countData(child.stdout!, child);
}

async function countData(stdout: Readable, ended: PromiseLike<unknown>): Promise<void> {
  let n = 0;
  stdout.on('data', (chunk: Buffer) => {
    n += chunk.length;
  });
  await ended;
  assert.equal(n, STREAMED);
}

function collectWithExecFile(): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(all, collectArgs, unlimited, (error, stdout) => (error ? reject(error) : resolve(whole({ stdout }))));
  });
}

function whole({ stdout }: { readonly stdout: Uint8Array | null }): void {
  assert.equal(stdout?.length, COLLECTED);
}
