import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import { isShown, openPackage } from '../package.ts';
import { packageFolders, ROOT } from '../workspace.ts';
import { examplesOf } from './doc-comments.ts';
import { danglingLinks } from './links.ts';
import type { Program } from './program.ts';
import { blocksOf, withExamples } from './readme.ts';

/** What the documents of the repository hold. */
export interface Documents {
  readonly programs: readonly Program[];
  readonly violations: readonly string[];
}

/** Reads the doc comments, READMEs and examples of all packages, and the README of the root. */
export function collect(write: boolean): Documents {
  const parts = packageFolders()
    .map((folder) => openPackage(folder))
    .filter(({ kind }) => kind !== 'app')
    .map((pkg) => {
      const files = globSync('src/**/*.ts', { cwd: pkg.folder }).sort();
      const sources = files.map((file) => ({
        file: `${pkg.path}/${file}`,
        text: readFileSync(join(pkg.folder, file), 'utf8'),
      }));
      const documented: Documents = {
        programs: sources.flatMap(({ text, file }) => examplesOf(text, file)),
        violations: danglingLinks(sources),
      };
      return merge([
        documented,
        isShown(pkg) ? readme(pkg.folder, `${pkg.path}/README.md`, write) : examples(pkg.folder, pkg.path, ''),
      ]);
    });
  return merge([...parts, readme(ROOT, 'README.md', write)]);
}

/** A README and the programs in examples/, which it may show between markers. */
function readme(folder: string, file: string, write: boolean): Documents {
  const path = join(folder, 'README.md');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const wanted = withExamples(text, folder, ROOT);
  const shown = 'text' in wanted && write ? wanted.text : text;
  if (shown !== text) writeFileSync(path, shown);
  const stale = 'text' in wanted && wanted.text !== shown;
  const violations =
    'violation' in wanted
      ? [wanted.violation]
      : stale
        ? ['a program differs from examples/: pnpm check-examples --write']
        : [];
  const own = examples(folder, file.replace(/\/?README\.md$/, ''), shown);
  const known = new Set(own.programs.map(({ text }) => text));
  const blocks = blocksOf(shown, file).filter((block) => !known.has(block.text));
  return { programs: [...own.programs, ...blocks], violations: violations.map((line) => `${file}: ${line}`) };
}

/** The programs in examples/; what their README says they print, they must print. */
function examples(folder: string, path: string, text: string): Documents {
  const shown = new Map(blocksOf(text, 'README.md').map((block) => [block.text, block.output]));
  const programs = globSync('examples/*.ts', { cwd: folder })
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      return { file: `${path}/${file}`, line: 1, text, runs: true, output: shown.get(text) };
    });
  return { programs, violations: [] };
}

function merge(parts: readonly Documents[]): Documents {
  return {
    programs: parts.flatMap(({ programs }) => programs),
    violations: parts.flatMap(({ violations }) => violations),
  };
}
