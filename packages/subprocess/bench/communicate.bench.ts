// 1 GiB into a child and 1 GiB out of it at the same time (a filter: gzip, jq). Both pipes are full most of the time: whoever
// writes everything before he reads waits for ever.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { PIPE, run, runSync } from '@prac/subprocess';
import { alternate, type Row } from '@prac/testing';
import { options, size } from './support/mode.ts';
import { about, dax, execa } from './support/rivals.ts';
import { twin } from './support/twin.ts';

const MEBIBYTE = 2 ** 20;
const input = Buffer.alloc(size(2 ** 30, 2 ** 20), 'data for the child\n');
const unlimited = { encoding: 'buffer', maxBuffer: Infinity } as const;
const onlyText = 'text only: nothing above 512 MiB';

const rows: Row[] = [
  { name: '@prac/subprocess run', run: async () => same((await run(['cat'], { input, stdout: PIPE })).stdout) },
  { name: '@prac/subprocess runSync', run: () => same(runSync(['cat'], { input, stdout: PIPE }).stdout) },
  { name: 'node:child_process execFile', run: withExecFile },
  { name: 'node:child_process spawnSync', run: () => same(spawnSync('cat', { ...unlimited, input }).stdout) },
  { name: 'execa', ...about(execa), run: withExeca },
  { name: 'dax', ...about(dax), run: async () => same(await dax.module.$`/bin/cat`.stdin(input).bytes()) },
  { name: 'tinyexec', run: () => {}, skip: onlyText },
  { name: 'nano-spawn', run: () => {}, skip: onlyText },
  { name: 'zx', run: () => {}, skip: onlyText },
  twin('CPython subprocess.run', 'communicate.py', input.length),
];
await alternate(rows, options(`${input.length / MEBIBYTE} MiB in and out through cat`, 2));

function withExecFile(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = execFile('cat', [], unlimited, (error, stdout) => (error ? reject(error) : resolve(same(stdout))));
    child.stdin!.end(input);
  });
}

async function withExeca(): Promise<void> {
  same((await execa.module.execa('cat', [], { ...unlimited, input, stripFinalNewline: false })).stdout);
}

/** Length, and a look at every mebibyte: comparing all of it takes as long as the transfer. */
function same(output: Uint8Array): void {
  assert.equal(output.length, input.length);
  for (let i = 0; i < input.length; i += MEBIBYTE) assert.equal(output[i], input[i]);
}
