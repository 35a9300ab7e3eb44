import assert from 'node:assert/strict';
import { constants, type SpawnPlan } from '@prac/libc';
import type { Libc } from '../../src/libc.ts';

type Plan = Partial<SpawnPlan> & Pick<SpawnPlan, 'path' | 'argv'>;

/** A pipe, or an assertion error. */
export function pipe(library: Libc, flags: number = constants.O_CLOEXEC): [number, number] {
  const ends = library.pipe2(flags);
  assert.ok(typeof ends !== 'number', `pipe2: ${ends}`);
  return ends;
}

/** Runs a program to its end. @returns what it wrote to descriptor 1, or the negative errno. */
export function output(library: Libc, plan: Plan): string | number {
  const [end, start] = pipe(library);
  try {
    const pid = spawnAndClose(library, plan, start);
    if (pid < 0) return pid;
    const text = readAll(library, end).toString('latin1');
    assert.deepEqual(library.waitpid(pid, 0), { status: 0 });
    return text.trimEnd();
  } finally {
    library.close(end);
  }
}

function spawnAndClose(library: Libc, plan: Plan, stdout: number): number {
  try {
    return library.posixSpawn({ env: null, ...plan, dup2: [...(plan.dup2 ?? []), [stdout, 1]] });
  } finally {
    library.close(stdout);
  }
}

/** What a shell script writes. */
export function shell(library: Libc, script: string, plan: Partial<SpawnPlan> = {}): string | number {
  return output(library, { path: '/bin/sh', argv: ['sh', '-c', script], ...plan });
}

export function readAll(library: Libc, fd: number): Buffer {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.alloc(65536);
    const got = library.read(fd, chunk);
    assert.ok(got >= 0, `read: ${got}`);
    if (got === 0) return Buffer.concat(chunks);
    chunks.push(chunk.subarray(0, got));
  }
}
