import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    threadScripts: string;
  }
}

/** Bundles a program with the sources of all packages; gives the file. What the build puts into src/internal/embedded.ts is put there, too. */
export async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<string> {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@prac/source'],
    ignoreAnnotations: true, // programs are imported for what they do
    plugins: [embeddedPrograms],
    logLevel: 'error',
    ...options,
  });
  return outfile;
}

/** Built from the sources when vitest started: see configs/thread-scripts. */
const script = (name: string): string => readFileSync(join(dirname(inject('threadScripts')), `${name}.cjs`), 'utf8');

const embeddedPrograms: Plugin = {
  name: 'embedded-programs',
  setup({ onLoad }) {
    onLoad({ filter: /internal[\\/]embedded\.ts$/ }, () => {
      const embedded = { hub: script('hub-script'), thread: script('thread-embedded') };
      return { contents: `export const embedded = ${JSON.stringify(embedded)};` };
    });
  },
};
