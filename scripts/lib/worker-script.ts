import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build, type Plugin, transform } from 'esbuild';

/**
 * A program for workers as one script: the text of a function of `require`, `module`, the URLs of the packages whose code is in
 * it, and `import()`. (See packages/sync/src/internal/program.ts.) All that it imports of this workspace comes from the sources.
 */
export async function workerScript(entry: string, target?: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: 'none',
    format: 'cjs',
    platform: 'node',
    ...(target === undefined ? {} : { target }),
    conditions: ['@prac/source'],
    ignoreAnnotations: true, // programs are imported for what they do
    banner: { js: '(function (require, module, urlsOfPackages, importModule) {' },
    footer: { js: '})' },
    plugins: [ownSurroundings()],
    logLevel: 'error',
  });
  return outputFiles[0]!.text;
}

/** `import.meta.url` is that of the package, `import()` the one that the script is given. */
function ownSurroundings(): Plugin {
  return {
    name: 'own-surroundings',
    setup({ onLoad }) {
      onLoad({ filter: /dynamic-import\.ts$/ }, () => ({ contents: 'export const dynamicImport = importModule;' }));
      onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
        const define = { 'import.meta.url': `urlsOfPackages.${packageOf(path)}` };
        const { code } = await transform(await readFile(path, 'utf8'), { loader: 'ts', define });
        return { contents: code };
      });
    },
  };
}

/** Without the scope. */
function packageOf(path: string): string {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    if (existsSync(file))
      return (JSON.parse(readFileSync(file, 'utf8')) as { name: string }).name.replace('@prac/', '');
  }
}
