import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { workerProgram } from '../../scripts/lib/worker-program.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A script to preload: has threads run the scripts that were built from the sources. */
    threadPrograms: string;
  }
}

/** Once for all test files. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'prac-programs-'));
  for (const name of ['hub', 'thread']) {
    const entry = new URL(`../../packages/sync/src/internal/${name}-program.ts`, import.meta.url);
    writeFileSync(join(folder, `${name}.cjs`), await workerProgram(fileURLToPath(entry)));
  }
  const preload = join(folder, 'preload.cjs');
  writeFileSync(preload, PRELOAD);
  provide('threadPrograms', preload);
  return () => rmSync(folder, { recursive: true, force: true });
}

const PRELOAD = `
const { readFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const text = (name) => readFileSync(require('node:path').join(__dirname, name + '.cjs'), 'utf8');
if (isMainThread) {
  const world = (globalThis[Symbol.for('prac.sync/1')] ??= { exports: {}, states: new Map() });
  world.states.set('programs', { hub: text('hub'), thread: text('thread') });
}
`;
