import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isShown, type Package, type Rule, read } from '../package.ts';

const LONGEST_README = 150;

/** README and LICENSE, and the files every package has. */
export const documents: Rule = (pkg, { write, root }) => [
  ...(isShown(pkg) ? [...license(pkg, root, write), ...readme(pkg)] : []),
  ...configs(pkg),
];

function license(pkg: Package, root: string, write: boolean): string[] {
  const wanted = readFileSync(join(root, 'LICENSE'), 'utf8');
  if (read(pkg, 'LICENSE') === wanted) return [];
  if (!write) return ['LICENSE: is not a copy of the one at the root; pnpm check-packages --write copies it'];
  writeFileSync(join(pkg.folder, 'LICENSE'), wanted);
  return [];
}

function readme(pkg: Package): string[] {
  const text = read(pkg, 'README.md');
  if (text === undefined) return ['README.md: not there'];
  const lines = text.split('\n').length - 1;
  const parts: Record<string, boolean> = {
    [`the title "# ${pkg.name}"`]: text.startsWith(`# ${pkg.name}\n`),
    [`the line "    npm install ${pkg.name}"`]: text.includes(`\n    npm install ${pkg.name}\n`),
    'the markers <!-- example:first --> and <!-- /example -->':
      /\n<!-- example:first -->\n[\s\S]*?<!-- \/example -->\n/.test(text),
    'the line "[Changelog](./CHANGELOG.md)"': text.includes('\n[Changelog](./CHANGELOG.md)\n'),
    [`at most ${LONGEST_README} lines, not ${lines}`]: lines <= LONGEST_README,
  };
  const missing = Object.entries(parts).filter(([, isThere]) => !isThere);
  return [
    ...missing.map(([part]) => `README.md: expected ${part}`),
    ...(pkg.files.includes('examples/first.ts') ? [] : ['examples/first.ts: not there']),
  ];
}

/** Each package extends what all share. */
function configs(pkg: Package): string[] {
  const shared: Record<string, string> = {
    'tsconfig.json': `"extends": "${pkg.up}/tsconfig.base.json"`,
    'vitest.config.ts': `'${pkg.up}/configs/vitest`, // or those for tests with threads
    ...(pkg.kind === 'app' ? {} : { 'tsconfig.build.json': `"extends": "${pkg.up}/tsconfig.base.json"` }),
  };
  return Object.entries(shared).flatMap(([file, part]) => {
    const text = read(pkg, file);
    if (text === undefined) return [`${file}: not there; copy it from template/`];
    return text.includes(part) ? [] : [`${file}: expected ${part}`];
  });
}
