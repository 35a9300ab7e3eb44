import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import parse from '@changesets/parse';
import { publicFolders, ROOT, readPackage } from './workspace.ts';

const BUMPS = new Set(['patch', 'minor', 'major']);

/** What is wrong with the changesets, and which packages still need one. */
export function changesetViolations(root: string = ROOT): string[] {
  const packages = publicFolders(root).map((folder) => readPackage(folder));
  const names = new Set(packages.map(({ name }) => name));
  const folder = join(root, '.changeset');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .sort();
  const named = new Set<string>();
  const violations = files.flatMap((file) => {
    const found = lint(readFileSync(join(folder, file), 'utf8'), names, named);
    return found.map((line) => `.changeset/${file}: ${line}`);
  });
  const unnamed = packages.filter(({ name, version }) => version === '0.0.0' && !named.has(name));
  return [
    ...violations,
    ...unnamed.map(({ name }) => `.changeset: no changeset names ${name}, which was never released`),
  ];
}

function lint(text: string, names: ReadonlySet<string>, named: Set<string>): string[] {
  let changeset: ReturnType<typeof parse>;
  try {
    changeset = parse(text);
  } catch (error) {
    return [`cannot be read: ${(error as Error).message.split('\n', 1)[0]}`];
  }
  const { releases, summary } = changeset;
  for (const { name } of releases) named.add(name);
  return [
    ...(releases.length > 0 ? [] : ['names no package']),
    ...releases.filter(({ name }) => !names.has(name)).map(({ name }) => `names ${name}, which is no public package`),
    ...releases
      .filter(({ type }) => !BUMPS.has(type))
      .map(({ type }) => `has the bump word ${type}; expected patch, minor or major`),
    // "Add", "Fix", not "Added" or "Adds": what applying the change does.
    ...(/^[A-Z][a-z]+(?<![^e]ed|[^s]s) /.test(summary)
      ? []
      : ['expected its text to begin with a verb in the imperative, with a capital letter']),
    ...(summary.trimEnd().endsWith('.') ? [] : ['expected its text to end with a full stop']),
  ];
}
