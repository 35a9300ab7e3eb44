import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { WorkerOptions } from 'node:worker_threads';
import { embedded } from './embedded.ts';

/** What a Worker is made of. */
export interface Program {
  readonly source: string | URL;
  readonly options: Pick<WorkerOptions, 'eval' | 'execArgv'>;
}

/**
 * The program of a worker: the file of this package, or, where there is none since the package is part of a bundle, its text.
 *
 * @param execArgv - Options of Node that it runs with.
 */
export function programOf(name: 'hub' | 'thread', execArgv: readonly string[]): Program {
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve(`@prac/sync/${name}`);
  } catch (error) {
    const text = embedded[name];
    if (text === undefined) throw error;
    return { source: text, options: { eval: true, execArgv: [...execArgv] } };
  }
  return { source: pathToFileURL(path), options: { execArgv: [...execArgv] } };
}
