import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Package } from '../package.ts';
import { type PackageJson, readPackage } from '../workspace.ts';

/** The catalog in pnpm-workspace.yaml lists what is used, and nothing else. */
export function catalog(packages: readonly Package[], root: string): string[] {
  const { catalog = {} } = parse(readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')) as { catalog?: object };
  const used = new Set(
    [readPackage(root), readPackage(join(root, 'scripts')), ...packages.map(({ json }) => json)].flatMap(
      namesFromCatalog,
    ),
  );
  return [
    ...Object.keys(catalog).flatMap((name) => (used.has(name) ? [] : [`catalog has ${name}, which no package uses`])),
    ...[...used].flatMap((name) => (name in catalog ? [] : [`catalog lacks ${name}`])),
  ];
}

function namesFromCatalog(json: PackageJson): string[] {
  const fields = [json.dependencies, json.devDependencies, json.optionalDependencies, json.peerDependencies];
  return fields.flatMap((field) =>
    Object.entries(field ?? {}).flatMap(([name, range]) => (range === 'catalog:' ? [name] : [])),
  );
}
