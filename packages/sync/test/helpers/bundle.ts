import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';

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

const embeddedPrograms: Plugin = {
  name: 'embedded-programs',
  setup({ onLoad }) {
    onLoad({ filter: /internal[\\/]embedded\.ts$/ }, async () => {
      const [hub, thread] = await Promise.all([programText('hub'), programText('thread')]);
      return { contents: `export const embedded = ${JSON.stringify({ hub, thread })};` };
    });
  },
};

async function programText(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`${name}-embedded.ts`, INTERNAL))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    conditions: ['@prac/source'],
    ignoreAnnotations: true,
    minify: true,
    define: { 'import.meta.url': '__programUrl' },
    banner: {
      js: `const __programUrl = require('node:url').pathToFileURL(process.argv[1] ?? process.cwd() + '/').href;`,
    },
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}
