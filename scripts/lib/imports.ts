import { parseSync } from 'oxc-parser';

/**
 * What a module imports: static imports and exports, types too, dynamic imports and `createRequire(…)(…)` of a literal.
 *
 * @returns The specifiers, in the order of the text.
 */
export function importsOf(text: string, file: string): string[] {
  const { module } = parseSync(file, text);
  const specifiers = [
    ...module.staticImports.map(({ moduleRequest }) => moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.flatMap(({ moduleRequest }) => moduleRequest?.value ?? []),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest }) =>
      literal(text.slice(moduleRequest.start, moduleRequest.end)),
    ),
    ...[...text.matchAll(/\bcreateRequire\([^()]*\)\((?<name>'[^']+')\)/g)].flatMap((match) =>
      literal(match.groups!.name!),
    ),
  ];
  return [...new Set(specifiers)];
}

function literal(source: string): string[] {
  return /^(['"`])[^'"`$]+\1$/.test(source) ? [source.slice(1, -1)] : [];
}
