import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from '@prac/exceptions';

/** A bundle in CommonJS has no URL. */
const HERE: string = import.meta.url ?? pathToFileURL(process.argv[1] ?? `${process.cwd()}/`).href;

/** The file of a program of this package: what a process, or a thread, is started with. */
export function programOf(name: 'process' | 'waiting'): string {
  try {
    const folder = dirname(createRequire(HERE).resolve('@prac/pool/package.json'));
    return HERE.endsWith('.ts') ? join(folder, `src/programs/${name}.ts`) : join(folder, `dist/programs/${name}.js`);
  } catch (cause) {
    throw new RuntimeError('the programs of @prac/pool are not here: a bundle needs the package beside it', { cause });
  }
}
