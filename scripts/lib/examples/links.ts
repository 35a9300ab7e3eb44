import { parseSync } from 'oxc-parser';
import { type Declared, declaredIn, importedBy } from './declared.ts';
import { docComments } from './doc-comments.ts';

const LINK = /\{@link(?:code|plain)?\s+(?<target>[^}|\s]+)[^}]*\}/g;

/** A source file of one package. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Finds `{@link X}` and `{@link X.member}` that lead nowhere.
 *
 * X is something the package exports, something the file declares or imports, or a member of a class or interface of the file.
 */
export function danglingLinks(files: readonly SourceFile[]): string[] {
  const declared = new Map(files.map(({ file, text }) => [file, declaredIn(text, file)]));
  const everywhere = new Map([...declared.values()].flatMap((names) => [...names]));
  const exported = new Set(
    files.flatMap(({ file, text }) => (file.endsWith('/index.ts') ? exportsOf(text, file) : [])),
  );
  return files.flatMap(({ file, text }) => {
    const local = declared.get(file)!;
    const imported = importedBy(text, file);
    const isKnown = (name: string) => exported.has(name) || local.has(name) || imported.has(name);
    return linksIn(text, file)
      .filter(({ target }) => !leadsSomewhere(target, isKnown, local, everywhere))
      .map(({ line, target }) => `${file}:${line}: {@link ${target}} leads nowhere`);
  });
}

function linksIn(text: string, file: string): { readonly line: number; readonly target: string }[] {
  return docComments(text, file).flatMap(({ line, lines }) =>
    lines.flatMap((each, i) =>
      [...each.matchAll(LINK)].map(({ groups }) => ({ line: line + i, target: groups!.target! })),
    ),
  );
}

function leadsSomewhere(target: string, isKnown: (name: string) => boolean, local: Declared, all: Declared): boolean {
  if (/^https?:/.test(target)) return true;
  const [name = '', member] = target.replace('()', '').split(/[.#]/);
  if (member !== undefined) return isKnown(name) && hasMember(name, member, all);
  return isKnown(name) || [...local.values()].some(({ members }) => members.has(name));
}

function hasMember(name: string, member: string, all: Declared): boolean {
  const declaration = all.get(name);
  if (declaration === undefined) return true; // comes from elsewhere
  return declaration.members.has(member) || declaration.bases.some((base) => hasMember(base, member, all));
}

function exportsOf(text: string, file: string): string[] {
  const { module } = parseSync(file, text);
  return module.staticExports.flatMap(({ entries }) => entries.flatMap(({ exportName }) => exportName.name ?? []));
}
