import { isBuiltin } from 'node:module';
import { join, resolve, sep } from 'node:path';
import { floorViolation } from '../floors.ts';
import { importsOf } from '../imports.ts';
import { type Package, type Rule, read } from '../package.ts';
import { readPackage } from '../workspace.ts';

const RUNTIME = ['dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** Where versions come from, and that what is imported is declared and lies on a lower floor. */
export const dependencies: Rule = (pkg, { root }) => [
  ...versions(pkg),
  ...floors(pkg),
  ...imports(pkg, root),
  ...unused(pkg),
];

function versions({ json, files }: Package): string[] {
  // The code of other packages is in its scripts for workers: both sides have to be of one release.
  const ofFamily = files.some((file) => /^src\/internal\/[a-z]+-script\.ts$/.test(file))
    ? 'workspace:*'
    : 'workspace:^';
  return [...RUNTIME, 'devDependencies' as const].flatMap((field) =>
    Object.entries(json[field] ?? {}).flatMap(([name, version]) => {
      const range = field === 'devDependencies' ? 'workspace:^' : ofFamily;
      const wanted = name.startsWith('@prac/') ? range : 'catalog:';
      return version === wanted
        ? []
        : [`package.json: expected ${field}["${name}"] to be "${wanted}", got "${version}"`];
    }),
  );
}

function floors({ json, name }: Package): string[] {
  return Object.keys(runtimeOf(json)).flatMap((other) => {
    const violation = other.startsWith('@prac/') ? floorViolation(name, other) : undefined;
    return violation === undefined ? [] : [`package.json: ${violation}`];
  });
}

function imports(pkg: Package, root: string): string[] {
  const undeclared = new Map<string, string>(); // one line per package that is missing, with the first file that wants it
  const violations = pkg.files.flatMap((file) =>
    importsOf(read(pkg, file)!, file).flatMap((specifier) => {
      if (isBuiltin(specifier)) return specifier.startsWith('node:') ? [] : [`${file}: expected node:${specifier}`];
      if (specifier.startsWith('.')) return relative(pkg, file, specifier, root);
      const name = packageOf(specifier);
      if (/^[a-z]+:|^[/#]/.test(specifier) || isDeclared(pkg, file, name, root)) return [];
      if (name === pkg.name) return [`${file}: imports its own package by name, which is a cycle`];
      if (!undeclared.has(name)) undeclared.set(name, file);
      return [];
    }),
  );
  return [
    ...violations,
    ...[...undeclared].map(([name, file]) => `${file}: imports ${name}, which package.json does not declare`),
  ];
}

function isDeclared({ json, kind, name: own }: Package, file: string, name: string, root: string): boolean {
  if (name in runtimeOf(json)) return true;
  if (file.startsWith('src/') && kind !== 'private') return false; // what is published cannot use development tools
  return name === own
    ? !file.startsWith('src/')
    : name in { ...json.devDependencies, ...readPackage(root).devDependencies };
}

function relative(pkg: Package, file: string, specifier: string, root: string): string[] {
  const target = resolve(pkg.folder, file, '..', specifier);
  const inside = target.startsWith(pkg.folder + sep);
  const shared = target.startsWith(join(root, 'configs') + sep);
  if (!inside && !shared)
    return [`${file}: imports ${specifier}, which is outside the package: import packages by name`];
  return /\.(ts|js|json)$/.test(specifier) ? [] : [`${file}: imports ${specifier} without its ending .ts`];
}

function unused(pkg: Package): string[] {
  if (pkg.kind === 'app') return []; // may be used by programs that are data to it
  const used = new Set(pkg.files.flatMap((file) => importsOf(read(pkg, file)!, file)).map(packageOf));
  return Object.keys(runtimeOf(pkg.json))
    .filter((name) => !used.has(name))
    .map((name) => `package.json: declares ${name}, which nothing imports`);
}

function runtimeOf(json: Package['json']): Record<string, string> {
  return Object.assign({}, ...RUNTIME.map((field) => json[field]));
}

/** `@scope/name/subpath` is a part of `@scope/name`. */
function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}
