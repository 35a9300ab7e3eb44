import { isClass } from './bindings.ts';
import type { FreeVariables } from './free-variables.ts';
import type { FoundFunction } from './script-model.ts';

/** Names under which shipped text finds what cannot be said where it is compiled. */
export const NAMES = {
  importMeta: '__pracImportMeta',
  importModule: '__pracImport',
  superclass: '__pracSuperclass',
  method: '__pracMethod',
  /** What sets private static fields puts itself there. */
  privates: '__pracPrivates',
  /** Before a number: a symbol that is a member's name. */
  key: '__pracKey',
  /** Before a number: the value of a static field. */
  state: '__pracState',
} as const;

/** A change of the text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text of a function as an expression that can be compiled anywhere: `import.meta`, `import()` and the superclass are
 * replaced by variables. Nothing is moved to another line.
 */
export function shippedSource(
  source: string,
  { node, isMethod }: FoundFunction,
  free: FreeVariables,
  edits: readonly Edit[] = [],
): string {
  const replacements: Edit[] = [
    ...edits,
    ...free.importMetas.map(({ start, end }) => ({ start, end, text: NAMES.importMeta })),
    ...free.dynamicImports.map(({ start }) => ({ start, end: start + 'import'.length, text: NAMES.importModule })),
  ];
  if (isClass(node) && node.superClass) {
    const { start, end } = node.superClass;
    replacements.push({ start, end, text: NAMES.superclass });
  }
  const text = replaced(source, node.start, node.end, replacements);
  if (isClass(node) || !isMethod) return text;
  // The node of a method begins at its parameters.
  const { async: isAsync, generator } = node;
  return `${isAsync ? 'async ' : ''}${generator ? '*' : ''}${NAMES.method}${text}`;
}

function replaced(source: string, start: number, end: number, replacements: readonly Edit[]): string {
  let text = '';
  let at = start;
  for (const replacement of [...replacements].sort((a, b) => a.start - b.start)) {
    if (replacement.start < at) continue; // inside of the superclass, or of what is left out
    text += source.slice(at, replacement.start) + replacement.text;
    at = replacement.end;
  }
  return text + source.slice(at, end);
}
