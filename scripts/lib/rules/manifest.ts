import { isDeepStrictEqual } from 'node:util';
import { isShown, type Package, type Rule } from '../package.ts';

type Exports = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** The fields of package.json. */
export const manifest: Rule = (pkg) => {
  const { json } = pkg;
  const wanted: Record<string, unknown> = {
    version: json.version?.match(/^\d+\.\d+\.\d+/) ? json.version : '0.0.0',
    private: pkg.kind === 'public' ? undefined : true,
    license: 'MIT',
    type: 'module',
    sideEffects: pkg.kind === 'app' ? json.sideEffects : false,
    engines: { node: '>=22.18' },
    files: isShown(pkg) ? ['dist'] : undefined,
    publishConfig: isShown(pkg) ? { access: 'public', exports: published(json.exports as Exports) } : undefined,
  };
  return [
    ...Object.entries(wanted).flatMap(([field, value]) => expectField(field, json[field], value)),
    ...(/^@prac\/[a-z][a-z-]*$/.test(pkg.name)
      ? []
      : [`package.json: expected name to be @prac/<words>, got ${pkg.name}`]),
    ...text(pkg),
    ...(pkg.kind === 'app' && json.exports === undefined ? [] : exportsOf(json.exports as Exports)),
    ...scripts(pkg),
  ];
};

function text({ json, kind }: Package): string[] {
  const violations: string[] = [];
  if (!json.description || /\.$/.test(json.description)) {
    violations.push('package.json: expected a description, without a full stop');
  }
  if (kind === 'public' && !(Array.isArray(json.keywords) && json.keywords.length > 0)) {
    violations.push('package.json: expected keywords');
  }
  return violations;
}

function exportsOf(exports: Exports | undefined): string[] {
  if (exports?.['.'] === undefined) return ['package.json: expected exports to have "."'];
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (subpath === './package.json') return expectField(`exports["${subpath}"]`, target, './package.json');
    const source = typeof target === 'string' ? undefined : target['@prac/source'];
    const stem = source?.match(/^\.\/src\/(.+)\.ts$/)?.[1];
    if (stem === undefined)
      return [`package.json: expected exports["${subpath}"] to begin with "@prac/source": "./src/….ts"`];
    const wanted = { '@prac/source': source, types: `./dist/${stem}.d.ts`, default: `./dist/${stem}.js` };
    // The order counts: Node takes the first condition that holds.
    const sameOrder = Object.keys(target).join() === Object.keys(wanted).join();
    return sameOrder && isDeepStrictEqual(target, wanted)
      ? []
      : expectField(`exports["${subpath}"]`, target, wanted, true);
  });
}

/** What is published: the same without the sources. */
function published(exports: Exports | undefined): unknown {
  const entries = Object.entries(exports ?? {}).map(([subpath, target]) => {
    if (typeof target === 'string') return [subpath, target];
    const { '@prac/source': _, ...rest } = target;
    return [subpath, rest];
  });
  return Object.fromEntries(entries);
}

function scripts({ json, kind, up }: Package): string[] {
  const wanted: Record<string, string> = {
    build: `tsx ${up}/scripts/build.ts`,
    check: 'tsc -p tsconfig.json',
    test: 'vitest run',
    bench: `tsx ${up}/scripts/bench.ts`,
  };
  const has = json.scripts as Record<string, string> | undefined;
  return Object.entries(wanted).flatMap(([name, command]) => {
    const optional = kind === 'app' && (name === 'build' || name === 'bench') && has?.[name] === undefined;
    return optional ? [] : expectField(`scripts.${name}`, has?.[name], command);
  });
}

function expectField(
  field: string,
  got: unknown,
  wanted: unknown,
  differs = !isDeepStrictEqual(got, wanted),
): string[] {
  if (!differs) return [];
  return [
    `package.json: expected ${field} to be ${JSON.stringify(wanted) ?? 'absent'}, got ${JSON.stringify(got) ?? 'nothing'}`,
  ];
}
