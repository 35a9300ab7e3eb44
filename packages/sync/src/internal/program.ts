import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';
import { RuntimeError } from '@prac/exceptions';
import { shared } from './world.ts';

/*
 * What the workers of this package run. Built, it is one script with all that it needs of the family: the ESM loader takes
 * about a millisecond for each file, and has no place for V8's code cache, with which the script takes 5 ms in place of 12.
 * In the sources it is a module.
 *
 *   thread-script.ts ── build ──> dist/internal/thread-script.cjs ── hub: makes the code cache ──> workers
 *                              └─> embedded.ts, for bundles: useBundle()
 */

/**
 * A script: the text of a function of `require`, `module`, the URLs of the packages whose code is in it, and `import()`, which is
 * experimental in scripts of `vm`.
 */
export interface Script {
  readonly kind: 'script';
  readonly text: string;
  readonly filename: string;
  /** What `import.meta.url` is in the code of each package, by the package's name without its scope. */
  readonly urls: Readonly<Record<string, string>>;
  /** The modules, by their URLs, that the script stands for. */
  readonly served: ReadonlyMap<string, string>;
}

export type Program = Script | { readonly kind: 'module'; readonly url: string };

/** A worker's `workerData`. */
export interface Given<Data> {
  readonly data: Data;
  readonly script?: Script;
  readonly cache?: SharedArrayBuffer | undefined;
}

type Name = 'hub' | 'thread';

/** What the script of a thread has of the family. */
const SERVED = [
  '@prac/exceptions',
  '@prac/park',
  '@prac/pickle',
  '@prac/pickle/codec',
  '@prac/sync',
  '@prac/sync/deposits',
  '@prac/sync/memory',
];

/**
 * Runs a script. It is a module, so that what is preloaded (`--import`) is there, and nothing becomes global; one without a file,
 * since a bundle has none.
 */
const BOOT = new URL(
  `data:text/javascript,${encodeURIComponent(`
const { Script } = process.getBuiltinModule('node:vm');
const { data, script, cache } = process.getBuiltinModule('node:worker_threads').workerData;
const run = new Script(script.text, { filename: script.filename, cachedData: cache && Buffer.from(cache) }).runInThisContext();
const module = { exports: {} };
run((name) => process.getBuiltinModule(name), module, script.urls, (url) => import(url));
module.exports.begin(data, script);
`)}`,
);

/** A bundle in CommonJS has no URL. */
const HERE: string = import.meta.url ?? pathToFileURL(process.argv[1] ?? `${process.cwd()}/`).href;

const texts: Partial<Record<Name, string>> = shared('programs', () => ({}));

/** From now on the programs are these texts. */
export function usePrograms(programs: Partial<Record<Name, string>>): void {
  Object.assign(texts, programs);
}

/**
 * The program of a worker.
 *
 * @throws {RuntimeError} if it is not to be found.
 */
export function programOf(name: Name): Program {
  const text = texts[name];
  if (text !== undefined) return scriptOf(text, `prac:${name}`);
  try {
    const folder = dirname(createRequire(HERE).resolve('@prac/sync/package.json'));
    if (HERE.endsWith('.ts'))
      return { kind: 'module', url: pathToFileURL(join(folder, `src/internal/${name}-entry.ts`)).href };
    const file = join(folder, `dist/internal/${name}-script.cjs`);
    return scriptOf(readFileSync(file, 'utf8'), file);
  } catch (cause) {
    throw new RuntimeError(
      'the programs of threads are not here: in a bundle, call useBundle() of @prac/sync/bundle first',
      { cause },
    );
  }
}

function scriptOf(text: string, filename: string): Script {
  const urls: Record<string, string> = {};
  const served = new Map<string, string>();
  const { resolve } = createRequire(HERE);
  for (const name of SERVED) {
    const key = name.replace('@prac/', '');
    urls[key] = HERE;
    try {
      urls[key] = pathToFileURL(resolve(name)).href;
      served.set(urls[key], name);
    } catch {
      // It is only in the bundle.
    }
  }
  return { kind: 'script', text, filename, urls, served };
}

/** A worker that runs a program. */
export function workerOf<Data>(
  program: Program,
  data: Data,
  options: WorkerOptions,
  cache?: SharedArrayBuffer | undefined,
): Worker {
  if (program.kind === 'module')
    return new Worker(new URL(program.url), { ...options, workerData: { data } satisfies Given<Data> });
  const given: Given<Data> = { data, script: program, cache };
  return new Worker(BOOT, { ...options, workerData: given });
}
