// pnpm new-package <name> "<description>": begins a package as a copy of template/.
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { globSync } from 'tinyglobby';
import { FLOORS } from './lib/floors.ts';
import { ROOT } from './lib/workspace.ts';

const USAGE = 'Usage: pnpm new-package <name> "<description>"';
const OMITTED = new Set(['node_modules', 'dist', '.turbo', 'CHANGELOG.md']);

const [given = '', description = '', ...rest] = process.argv.slice(2);
const name = given.replace(/^@prac\//, '');
const folder = join(ROOT, 'packages', name);

if (given === '' || rest.length > 0) refuse(USAGE);
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
  refuse(`Expected a name of lower-case letters, digits and single hyphens, got "${given}"\n${USAGE}`);
}
if (description.trim() === '' || description.endsWith('.')) {
  refuse(`Expected a description in one line without a full stop, got "${description}"\n${USAGE}`);
}
if (existsSync(folder)) refuse(`packages/${name} is there already`);

cpSync(join(ROOT, 'template'), folder, { recursive: true, filter: (path) => !OMITTED.has(basename(path)) });
for (const file of globSync('**/*', { cwd: folder })) {
  const path = join(folder, file);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, file === 'package.json' ? manifest(text) : adapted(text));
}
console.log(`packages/${name} is there. Next:

  1. pnpm install
  2. give it a floor in scripts/lib/floors.ts${`@prac/${name}` in FLOORS ? ' (done: it was planned)' : ''}
  3. replace greet.ts, its test, benchmark and example with your own; write the README
  4. pnpm check-packages --write && pnpm check-examples --write && pnpm format
  5. pnpm changeset`);

function adapted(text: string): string {
  return text
    .replaceAll('@prac/template', `@prac/${name}`)
    .replaceAll('The package that `pnpm new-package` copies.', () => `${description}.`)
    .replaceAll(/(['" ])\.\.\/(tsconfig\.base\.json|configs\/|scripts\/)/g, '$1../../$2');
}

function manifest(text: string): string {
  const { private: _, ...json } = JSON.parse(adapted(text)) as Record<string, unknown>;
  return `${JSON.stringify({ ...json, description, keywords: ['python', name] }, null, 2)}\n`;
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(1);
}
