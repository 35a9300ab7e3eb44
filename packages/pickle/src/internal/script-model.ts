import type { AnyNode } from 'acorn';
import { blockNames, type Callable, children, isClass, isFunction, namesOf, saysStrict } from './bindings.ts';
import { type FreeVariables, freeVariables } from './free-variables.ts';
import { parsed } from './parser.ts';

/** An `import` of the script: where from, and what (`'*'` for all of it). */
export interface Import {
  readonly source: string;
  readonly name: string;
  /** An import attribute: `json`. */
  readonly type: string | undefined;
}

/** A function or class in the text of a script. */
export interface FoundFunction {
  readonly node: Callable;
  /** How it is reached from a variable of the top level: `['ops', 'double']`. `null` inside of functions. */
  readonly path: readonly string[] | null;
  /** Methods and accessors begin before their node does. */
  readonly isMethod: boolean;
  readonly isStrict: boolean;
  /** Computed when it is asked for. */
  readonly free: FreeVariables;
}

/** Stands for what `export default` has no name for. */
const DEFAULT = '*default*';

/** The text of a script, parsed once: its imports, its exports, and every function in it. */
export class ScriptModel {
  readonly source: string;
  readonly imports: Map<string, Import> = new Map();
  /** Names whose variables may change: they are assigned to somewhere, or declared by `let` or `var`. */
  readonly changing: Set<string> = new Set();
  /** Names that are assigned to somewhere, and names of properties that are. */
  readonly #assigned = new Set<string>();
  /** Whether it puts something somewhere under a name that the text does not say: `a[k] = …`, `Object.assign`. */
  putsAnything = false;
  readonly #exports = new Map<string, string[]>();
  readonly #found: FoundFunction[] = [];
  readonly #lineStarts: number[] = [0];

  /** @throws {SyntaxError} where the text is no JavaScript that acorn knows. */
  constructor(source: string, isModule: boolean) {
    this.source = source;
    const ast = parsed(source, isModule);
    for (const match of source.matchAll(/\r\n|[\n\r\u2028\u2029]/g))
      this.#lineStarts.push(match.index + match[0].length);
    for (const statement of ast.body) this.#topLevel(statement);
    this.#walk(ast, [], isModule || saysStrict(ast), false);
  }

  /** The function that V8 says begins there: at its parameters, at an arrow function's beginning, at `class`. */
  find(line: number, column: number, ofClass: boolean): FoundFunction | undefined {
    const offset = (this.#lineStarts[line] ?? Number.NaN) + column;
    let best: FoundFunction | undefined;
    for (const found of this.#found) {
      const { node } = found;
      const isThere = node.start <= offset && offset < node.end && (ofClass || offset <= node.body.start);
      if (isClass(node) === ofClass && isThere && (best === undefined || node.start >= best.node.start)) best = found;
    }
    return best;
  }

  /** The first function of the text. */
  outermost(): FoundFunction | undefined {
    return this.#found[0];
  }

  /** The path from the module's namespace, if it is exported. */
  exportPath({ path }: FoundFunction): readonly string[] | null {
    const [first, ...rest] = path ?? [];
    if (first === undefined) return null;
    if (first === DEFAULT) return ['default', ...rest];
    // What is there now may be something else than the function in the text.
    if (this.#assigned.has((path as readonly string[]).at(-1)!)) return null;
    const names = this.#exports.get(first);
    return names === undefined ? null : [names.includes(first) ? first : names[0]!, ...rest];
  }

  #export(local: string, exported: string): void {
    this.#exports.set(local, [...(this.#exports.get(local) ?? []), exported]);
  }

  #topLevel(statement: AnyNode): void {
    if (statement.type === 'ImportDeclaration') {
      const attribute = statement.attributes?.find(({ key }) => nameOf(key) === 'type');
      const type = attribute && String(attribute.value.value);
      for (const specifier of statement.specifiers) {
        const source = String(statement.source.value);
        let name = '*';
        if (specifier.type === 'ImportDefaultSpecifier') name = 'default';
        else if (specifier.type === 'ImportSpecifier') name = nameOf(specifier.imported);
        this.imports.set(specifier.local.name, { source, name, type });
      }
    } else if (statement.type === 'ExportNamedDeclaration' && !statement.source) {
      if (statement.declaration) for (const name of blockNamesAndVars(statement.declaration)) this.#export(name, name);
      for (const { local, exported } of statement.specifiers) this.#export(nameOf(local), nameOf(exported));
    } else if (statement.type === 'ExportDefaultDeclaration') {
      const { declaration } = statement;
      if (declaration.type === 'Identifier') this.#export(declaration.name, 'default');
      else if ('id' in declaration && declaration.id) this.#export(declaration.id.name, 'default');
    }
  }

  #noteChanges(node: AnyNode): void {
    if (node.type === 'VariableDeclaration' && node.kind !== 'const') {
      for (const { id } of node.declarations) for (const name of namesOf(id)) this.changing.add(name);
      return;
    }
    if (node.type === 'CallExpression' && isDefinition(node.callee)) this.putsAnything = true;
    let target: AnyNode | undefined;
    if (node.type === 'AssignmentExpression') target = node.left;
    else if (node.type === 'UpdateExpression') target = node.argument;
    else if (node.type === 'ForInStatement' || node.type === 'ForOfStatement') target = node.left;
    if (target === undefined || target.type === 'VariableDeclaration') return;
    if (target.type === 'MemberExpression') {
      if (target.computed) this.putsAnything = true;
      else this.#assigned.add(nameOf(target.property as never));
      return;
    }
    for (const name of namesOf(target as never)) {
      this.#assigned.add(name);
      this.changing.add(name);
    }
  }

  #walk(node: AnyNode, path: readonly string[] | null, isStrict: boolean, isMethod: boolean): void {
    let strict = isStrict;
    if (isFunction(node) || isClass(node)) {
      strict ||= isClass(node) || saysStrict(node.body);
      let free: FreeVariables | undefined;
      const callable: Callable = node;
      this.#found.push({
        node: callable,
        path: path !== null && path.length > 0 ? path : null,
        isMethod,
        isStrict: strict,
        get free() {
          free ??= freeVariables(callable, strict);
          return free;
        },
      });
    }
    this.#noteChanges(node);
    for (const [key, child] of children(node)) {
      const isFunctionOfMethod = key === 'value' && isMethodLike(node);
      this.#walk(child, pathOf(node, key, child, path), strict, isFunctionOfMethod);
    }
  }
}

/** `Object.defineProperty`, `Reflect.set` and their like. */
function isDefinition(callee: AnyNode): boolean {
  if (callee.type !== 'MemberExpression' || callee.object.type !== 'Identifier') return false;
  return callee.object.name === 'Object' || callee.object.name === 'Reflect';
}

function isMethodLike(node: AnyNode): boolean {
  return node.type === 'MethodDefinition' || (node.type === 'Property' && (node.method || node.kind !== 'init'));
}

function nameOf(node: { readonly name?: string; readonly value?: unknown }): string {
  return node.name ?? String(node.value);
}

function blockNamesAndVars(declaration: AnyNode): string[] {
  if (declaration.type !== 'VariableDeclaration') return blockNames([declaration]);
  return declaration.declarations.flatMap((declarator) => namesOf(declarator.id));
}

/** How a child is reached, if its parent is reached by `path`; `null` where it cannot be. */
function pathOf(
  parent: AnyNode,
  key: string,
  child: AnyNode,
  path: readonly string[] | null,
): readonly string[] | null {
  if (path === null) return null;
  const isNamed = (child.type === 'FunctionDeclaration' || child.type === 'ClassDeclaration') && child.id;
  switch (parent.type) {
    case 'Program':
    case 'ExportNamedDeclaration':
      return isNamed ? [child.id!.name] : path;
    case 'ExportDefaultDeclaration':
      return isNamed ? [child.id!.name] : [DEFAULT];
    case 'VariableDeclaration':
    case 'ClassBody':
    case 'ParenthesizedExpression':
      return path;
    case 'VariableDeclarator':
      return key === 'init' && parent.id.type === 'Identifier' && path.length === 0 ? [parent.id.name] : null;
    case 'ObjectExpression':
      return path.length > 0 ? path : null;
    case 'Property':
      return key === 'value' && !parent.computed && parent.kind === 'init'
        ? [...path, nameOf(parent.key as never)]
        : null;
    case 'ClassDeclaration':
    case 'ClassExpression':
      return key === 'body' ? path : null;
    case 'MethodDefinition':
      if (key !== 'value' || parent.computed || parent.kind !== 'method' || parent.key.type === 'PrivateIdentifier')
        return null;
      return [...path, ...(parent.static ? [] : ['prototype']), nameOf(parent.key as never)];
    case 'PropertyDefinition':
      if (key !== 'value' || parent.computed || !parent.static || parent.key.type === 'PrivateIdentifier') return null;
      return [...path, nameOf(parent.key as never)];
    case 'CallExpression': // esbuild's keepNames: const f = __name(() => …, "f")
      return parent.callee.type === 'Identifier' && parent.callee.name === '__name' && child === parent.arguments[0]
        ? path
        : null;
    default:
      return null;
  }
}
