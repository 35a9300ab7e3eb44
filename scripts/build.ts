// pnpm build, in a package: dist/ from src/.
//
//   src/**/*.ts ── tsc ──> dist/**/*.d.ts            declarations, one by one
//   src/index.ts ── esbuild ──> dist/index.js        one file for each entry: Node takes about a millisecond for every file
//                                                    that it imports, and a package has dozens
//
// Entries are the targets of package.json's `exports`, and the worker programs src/internal/*-entry.ts. What they share is a
// chunk of its own. Dependencies stay imports.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, statSync } from 'node:fs';
import { build } from 'esbuild';

/** File systems stamp files with a coarser clock. */
const CLOCK_SLACK_MS = 50;
const OLDEST_NODE = 'node22.18';

const startedAt = Date.now();
const declarations = spawnSync('tsc', ['-p', 'tsconfig.build.json', '--emitDeclarationOnly'], { stdio: 'inherit' });
if (declarations.error) throw declarations.error;
if (declarations.status !== 0) process.exit(declarations.status ?? 1);

await build({
  entryPoints: [...sourcesOfExports(), ...globSync('src/internal/*-entry.ts')],
  outdir: 'dist',
  outbase: 'src',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[hash]',
  packages: 'external',
  format: 'esm',
  platform: 'node',
  target: OLDEST_NODE,
  sourcemap: true,
  logLevel: 'warning',
});

// What an earlier build left goes last: whoever reads dist meanwhile finds something.
for (const file of globSync('dist/**/*.*')) if (statSync(file).mtimeMs < startedAt - CLOCK_SLACK_MS) rmSync(file);

function sourcesOfExports(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string | { '@prac/source'?: string }>;
  };
  return Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : (target['@prac/source'] ?? [])));
}
