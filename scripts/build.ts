// pnpm build, in a package: dist/ from src/.
//
//   src/**/*.ts ── tsc ──> dist/**/*.d.ts            declarations, one by one
//   src/index.ts ── esbuild ──> dist/index.js        one file for each entry: Node takes about a millisecond for every file
//                                                    that it imports, and a package has dozens
//
// Entries are the targets of package.json's `exports`, the commands src/bin/*.ts, and what processes and threads are started with, src/programs/*.ts. What they share is a chunk of its own. Dependencies stay imports.
//
//   src/internal/x-script.ts ── esbuild ──> dist/internal/x-script.cjs   for workers: one script with all that it imports
//
// Where there is a src/internal/embedded.ts, these scripts are put there as texts, too (x-embedded.ts before x-script.ts): for
// workers of a program that is bundled, which has no files beside it.
import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { build, type Plugin } from 'esbuild';
import { workerScript } from './lib/worker-script.ts';

/** File systems stamp files with a coarser clock. */
const CLOCK_SLACK_MS = 50;
const OLDEST_NODE = 'node22.18';

const startedAt = Date.now();
const declarations = spawnSync('tsc', ['-p', 'tsconfig.build.json', '--emitDeclarationOnly'], { stdio: 'inherit' });
if (declarations.error) throw declarations.error;
if (declarations.status !== 0) process.exit(declarations.status ?? 1);

await build({
  entryPoints: [...sourcesOfExports(), ...globSync('src/{bin,programs}/*.ts')],
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[hash]',
  packages: 'external',
  format: 'esm',
  platform: 'node',
  plugins: [builtinsWithoutFacade(), embeddedPrograms()],
  target: OLDEST_NODE,
  sourcemap: true,
  logLevel: 'warning',
});

for (const [name, file] of workerScripts('script')) {
  mkdirSync('dist/internal', { recursive: true });
  writeFileSync(`dist/internal/${name}-script.cjs`, await workerScript(file, OLDEST_NODE));
}

// What an earlier build left goes last: whoever reads dist meanwhile finds something.
for (const file of globSync('dist/**/*.*')) if (statSync(file).mtimeMs < startedAt - CLOCK_SLACK_MS) rmSync(file);

/**
 * Node's modules, fetched by `process.getBuiltinModule` instead of imported: an `import` of node:fs or node:util touches every
 * one of its exports, and so loads streams, MIME types and more, a third of this project's import time.
 */
function builtinsWithoutFacade(): Plugin {
  const names = new Map<string, Set<string>>();
  for (const file of globSync('src/**/*.ts')) {
    for (const [, list, module] of readFileSync(file, 'utf8').matchAll(/^import \{([^}]*)\} from '(node:[\w/]+)';/gm)) {
      const imported = list!.split(',').map((name) => name.trim().split(' as ')[0]!);
      const values = imported.filter((name) => name !== '' && !name.startsWith('type '));
      names.set(module!, new Set([...(names.get(module!) ?? []), ...values]));
    }
  }
  return {
    name: 'builtins-without-facade',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'builtin', sideEffects: false }));
      onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: [
          `const builtin = process.getBuiltinModule('${path}');`,
          'export default builtin;',
          ...[...(names.get(path) ?? [])].map((name) => `export const ${name} = builtin.${name};`),
        ].join('\n'),
      }));
    },
  };
}

function embeddedPrograms(): Plugin {
  return {
    name: 'embedded-programs',
    setup({ onLoad }) {
      onLoad({ filter: /src[\\/]internal[\\/]embedded\.ts$/ }, async () => {
        const texts: Record<string, string> = {};
        const files = new Map([...workerScripts('script'), ...workerScripts('embedded')]);
        for (const [name, file] of files) texts[name] = await workerScript(file, OLDEST_NODE);
        return { contents: `export const embedded = ${JSON.stringify(texts)};` };
      });
    },
  };
}

/** The files src/internal/<name>-<kind>.ts. */
function workerScripts(kind: string): [name: string, file: string][] {
  return globSync(`src/internal/*-${kind}.ts`).map((file) => [file.replace(/^.*[\\/](.*)-\w+\.ts$/, '$1'), file]);
}

function sourcesOfExports(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string | { '@prac/source'?: string }>;
  };
  return Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : (target['@prac/source'] ?? [])));
}
