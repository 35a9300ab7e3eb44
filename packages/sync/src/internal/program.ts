import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from '@prac/exceptions';
import { shared } from './world.ts';

/** What a worker is made of: a file's URL, or the text itself. */
export interface Program {
  readonly source: string;
  readonly isText: boolean;
}

type Name = 'hub' | 'thread';

const texts: Partial<Record<Name, string>> = shared('programs', () => ({}));

/** From now on the programs are these texts. */
export function usePrograms(programs: Partial<Record<Name, string>>): void {
  Object.assign(texts, programs);
}

/**
 * The program of a worker: a file of this package, or a text.
 *
 * @throws {RuntimeError} if there is neither.
 */
export function programOf(name: Name): Program {
  const text = texts[name];
  if (text !== undefined) return { source: text, isText: true };
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('@prac/sync/package.json'));
    const path = import.meta.url.endsWith('.ts') ? `src/internal/${name}-entry.ts` : `dist/internal/${name}-entry.js`;
    return { source: pathToFileURL(join(folder, path)).href, isText: false };
  } catch (cause) {
    throw new RuntimeError(
      'the programs of threads are not here: in a bundle, call useBundle() of @prac/sync/bundle first',
      { cause },
    );
  }
}
