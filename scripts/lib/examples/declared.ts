import { parseSync, type Statement } from 'oxc-parser';

/** The top-level names of a module: what they extend, and their members if they are classes or object types. */
export type Declared = ReadonlyMap<string, Declaration>;

interface Declaration {
  readonly bases: readonly string[];
  readonly members: ReadonlySet<string>;
}

/** As much of a syntax tree's node as is looked at here. */
interface Node {
  readonly name?: string;
  readonly value?: unknown;
  readonly key?: Node;
}

export function declaredIn(text: string, file: string): Declared {
  return new Map(parseSync(file, text).program.body.flatMap(declarations));
}

export function importedBy(text: string, file: string): Set<string> {
  const { module } = parseSync(file, text);
  return new Set(module.staticImports.flatMap(({ entries }) => entries.map(({ localName }) => localName.value)));
}

function declarations(statement: Statement): [string, Declaration][] {
  if (statement.type === 'ExportNamedDeclaration') {
    return statement.declaration ? declarations(statement.declaration) : [];
  }
  switch (statement.type) {
    case 'ClassDeclaration':
      return one(statement.id, [statement.superClass as Node], statement.body.body as Node[]);
    case 'TSInterfaceDeclaration':
      return one(
        statement.id,
        statement.extends.map(({ expression }) => expression as Node),
        statement.body.body as Node[],
      );
    case 'TSTypeAliasDeclaration': {
      const type = statement.typeAnnotation;
      return one(statement.id, [], type.type === 'TSTypeLiteral' ? (type.members as Node[]) : []);
    }
    case 'FunctionDeclaration':
    case 'TSDeclareFunction':
      return one(statement.id, [], []);
    case 'VariableDeclaration':
      return statement.declarations.flatMap(({ id }) => one(id as Node, [], []));
    default:
      return [];
  }
}

function one(id: Node | null, bases: readonly (Node | null)[], members: readonly Node[]): [string, Declaration][] {
  if (!id?.name) return [];
  const names = members.flatMap(({ key }) => key?.name ?? (typeof key?.value === 'string' ? [key.value] : []));
  return [[id.name, { bases: bases.flatMap((base) => base?.name ?? []), members: new Set(names) }]];
}
