import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { workerProgram } from '../../../../scripts/lib/worker-program.ts';

const INTERNAL = new URL('../../src/internal/', import.meta.url);

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

const program = (name: string) => workerProgram(fileURLToPath(new URL(`${name}.ts`, INTERNAL)));

const embeddedPrograms: Plugin = {
  name: 'embedded-programs',
  setup({ onLoad }) {
    onLoad({ filter: /internal[\\/]embedded\.ts$/ }, async () => {
      const [hub, thread] = await Promise.all([program('hub-program'), program('thread-embedded')]);
      return { contents: `export const embedded = ${JSON.stringify({ hub, thread })};` };
    });
  },
};
