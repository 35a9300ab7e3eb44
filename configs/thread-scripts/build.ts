import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { workerScript } from '../../scripts/lib/worker-script.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A script to preload: has threads run the scripts that were built from the sources. */
    threadScripts: string;
  }
}

/** Once for all test files. */
export default async function setup({ provide }: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'prac-scripts-'));
  for (const name of ['hub-script', 'thread-script', 'thread-embedded']) {
    const entry = new URL(`../../packages/sync/src/internal/${name}.ts`, import.meta.url);
    writeFileSync(join(folder, `${name}.cjs`), await workerScript(fileURLToPath(entry)));
  }
  const preload = join(folder, 'preload.cjs');
  writeFileSync(preload, PRELOAD);
  provide('threadScripts', preload);
  return () => rmSync(folder, { recursive: true, force: true });
}

const PRELOAD = `
const { readFileSync } = require('node:fs');
const { isMainThread } = require('node:worker_threads');
const text = (name) => readFileSync(require('node:path').join(__dirname, name + '-script.cjs'), 'utf8');
if (isMainThread) {
  const world = (globalThis[Symbol.for('prac.sync/1')] ??= { exports: {}, states: new Map() });
  world.states.set('programs', { hub: text('hub'), thread: text('thread') });
}
`;
