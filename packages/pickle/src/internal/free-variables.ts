import type { AnyNode, ImportExpression, MetaProperty, Pattern } from 'acorn';
import {
  blockNames,
  type Callable,
  type ClassLike,
  children,
  type FunctionLike,
  isClass,
  isFunction,
  namesOf,
  saysStrict,
  varNames,
} from './bindings.ts';

/** How a function uses a variable from outside. */
export interface Use {
  /** The properties of it that are read: `[['join']]` for `path.join(…)`. */
  readonly paths: string[][];
  /** Whether it is also used as a whole. */
  whole: boolean;
  /** Whether it is more than the operand of `typeof`, which needs no variable. */
  needed: boolean;
}

/** What the text of a function says of its surroundings. */
export interface FreeVariables {
  readonly uses: ReadonlyMap<string, Use>;
  /** Those that it assigns to. */
  readonly assigned: ReadonlySet<string>;
  /** What belongs to a function or class around it: `this`, `super`, `new.target`, `arguments`, `#name`. */
  readonly surroundings: ReadonlySet<string>;
  readonly hasDirectEval: boolean;
  readonly importMetas: readonly MetaProperty[];
  readonly dynamicImports: readonly ImportExpression[];
}

/** What is bound to the function around a place. */
interface Context {
  /** There is a function that has a `this`, `arguments` and `new.target` of its own. */
  readonly own: boolean;
  /** `super` is a method's. */
  readonly method: boolean;
}

class Scope {
  readonly #parent: Scope | undefined;
  readonly #names: Set<string>;

  constructor(parent: Scope | undefined, names: Iterable<string> = []) {
    this.#parent = parent;
    this.#names = new Set(names);
  }

  has(name: string): boolean {
    return this.#names.has(name) || this.#parent?.has(name) === true;
  }
}

/**
 * Finds the free variables of a function or class.
 *
 * @param isStrict - Whether it is strict where it begins.
 * @param left - Nodes of it that are not looked at.
 */
export function freeVariables(
  root: Callable,
  isStrict: boolean,
  left: ReadonlySet<AnyNode> = new Set(),
): FreeVariables {
  const walk = new Walk(isStrict, left);
  const outside = { own: false, method: false };
  if (isClass(root)) walk.classLike(root, new Scope(undefined), outside, true);
  else walk.functionLike(root, new Scope(undefined), outside);
  return walk;
}

class Walk implements FreeVariables {
  readonly uses = new Map<string, Use>();
  readonly assigned = new Set<string>();
  readonly surroundings = new Set<string>();
  readonly importMetas: MetaProperty[] = [];
  readonly dynamicImports: ImportExpression[] = [];
  hasDirectEval = false;
  readonly #privates: Set<string>[] = [];
  readonly #left: ReadonlySet<AnyNode>;
  #isStrict: boolean;

  constructor(isStrict: boolean, left: ReadonlySet<AnyNode>) {
    this.#isStrict = isStrict;
    this.#left = left;
  }

  functionLike(node: FunctionLike, outer: Scope, around: Context): void {
    const isArrow = node.type === 'ArrowFunctionExpression';
    const context = isArrow ? around : { own: true, method: around.method };
    const names = node.params.flatMap((parameter) => namesOf(parameter));
    if (!isArrow) names.push('arguments');
    if (node.type === 'FunctionExpression' && node.id) names.push(node.id.name);
    const scope = new Scope(outer, names);
    // What the body declares is not there yet where a parameter's default is computed.
    for (const parameter of node.params) this.#pattern(parameter, scope, context, false);
    if (node.body.type !== 'BlockStatement') {
      this.#visit(node.body, scope, context);
      return;
    }
    const wasStrict = this.#isStrict;
    this.#isStrict ||= saysStrict(node.body);
    const { body } = node.body;
    this.#all(body, new Scope(scope, [...varNames(node.body, this.#isStrict), ...blockNames(body)]), context);
    this.#isStrict = wasStrict;
  }

  /** @param isRoot - Its superclass is at hand, by whatever expression it was found. */
  classLike(node: ClassLike, outer: Scope, around: Context, isRoot = false): void {
    const scope = new Scope(outer, node.id ? [node.id.name] : []);
    if (node.superClass && !isRoot) this.#visit(node.superClass, scope, around);
    const members = node.body.body.filter((member) => !this.#left.has(member));
    const wasStrict = this.#isStrict;
    this.#isStrict = true;
    const names = members.map((member) =>
      'key' in member && member.key.type === 'PrivateIdentifier' ? member.key.name : '',
    );
    this.#privates.push(new Set(names));
    const inside = { own: true, method: true };
    for (const member of members) {
      if (member.type === 'StaticBlock') {
        const names = [...member.body.flatMap((statement) => varNames(statement, true)), ...blockNames(member.body)];
        this.#all(member.body, new Scope(scope, names), inside);
        continue;
      }
      if (member.computed && !this.#left.has(member.key)) this.#visit(member.key as AnyNode, scope, around);
      if (!member.value || this.#left.has(member.value)) continue;
      if (isFunction(member.value) && member.type === 'MethodDefinition')
        this.functionLike(member.value, scope, inside);
      else this.#visit(member.value, new Scope(scope, ['arguments']), inside);
    }
    this.#privates.pop();
    this.#isStrict = wasStrict;
  }

  #all(nodes: readonly (AnyNode | null)[], scope: Scope, context: Context): void {
    for (const node of nodes) this.#visit(node, scope, context);
  }

  #use(name: string, scope: Scope, context: Context, path: string[] | null, needed = true): void {
    if (scope.has(name)) return;
    if (name === 'arguments' && !context.own) this.surroundings.add('arguments');
    let use = this.uses.get(name);
    if (use === undefined) {
      use = { paths: [], whole: false, needed: false };
      this.uses.set(name, use);
    }
    use.needed ||= needed;
    if (path === null || path.length === 0) use.whole = true;
    else use.paths.push(path);
  }

  /** A pattern that declares, or assigns. */
  #pattern(pattern: Pattern | null, scope: Scope, context: Context, assigns: boolean): void {
    switch (pattern?.type) {
      case undefined:
        return;
      case 'Identifier':
        if (!assigns || scope.has(pattern.name)) return;
        this.assigned.add(pattern.name);
        this.#use(pattern.name, scope, context, null);
        return;
      case 'ObjectPattern':
        for (const property of pattern.properties) {
          if (property.type === 'RestElement') this.#pattern(property.argument, scope, context, assigns);
          else {
            if (property.computed) this.#visit(property.key as AnyNode, scope, context);
            this.#pattern(property.value, scope, context, assigns);
          }
        }
        return;
      case 'ArrayPattern':
        for (const element of pattern.elements) this.#pattern(element, scope, context, assigns);
        return;
      case 'AssignmentPattern':
        this.#pattern(pattern.left, scope, context, assigns);
        this.#visit(pattern.right, scope, context);
        return;
      case 'RestElement':
        this.#pattern(pattern.argument, scope, context, assigns);
        return;
      default:
        this.#visit(pattern as AnyNode, scope, context);
    }
  }

  /** `a.b.c`: which properties of `a` are needed. */
  #member(node: Extract<AnyNode, { type: 'MemberExpression' }>, scope: Scope, context: Context): void {
    let path: string[] = [];
    let at: AnyNode = node;
    for (;;) {
      if (at.type === 'ChainExpression' || at.type === 'ParenthesizedExpression') at = at.expression;
      else if (at.type === 'MemberExpression') {
        const { property } = at;
        if (property.type === 'PrivateIdentifier') this.#private(property.name);
        else if (at.computed) this.#visit(property as AnyNode, scope, context);
        if (property.type === 'Identifier' && !at.computed) path.unshift(property.name);
        else path = [];
        at = at.object as AnyNode;
      } else break;
    }
    if (at.type === 'Identifier') this.#use(at.name, scope, context, path);
    else this.#visit(at, scope, context);
  }

  #private(name: string): void {
    if (!this.#privates.some((names) => names.has(name))) this.surroundings.add(`#${name}`);
  }

  #visit(node: AnyNode | null | undefined, scope: Scope, context: Context): void {
    if (!node) return;
    if (isFunction(node)) {
      const isArrow = node.type === 'ArrowFunctionExpression';
      this.functionLike(node, scope, isArrow ? context : { own: true, method: false });
      return;
    }
    if (isClass(node)) {
      this.classLike(node, scope, context);
      return;
    }
    switch (node.type) {
      case 'Identifier':
        this.#use(node.name, scope, context, null);
        return;
      case 'MemberExpression':
        this.#member(node, scope, context);
        return;
      case 'ThisExpression':
        if (!context.own) this.surroundings.add('this');
        return;
      case 'Super':
        if (!context.method) this.surroundings.add('super');
        return;
      case 'MetaProperty':
        if (node.meta.name === 'import') this.importMetas.push(node);
        else if (!context.own) this.surroundings.add('new.target');
        return;
      case 'PrivateIdentifier':
        this.#private(node.name);
        return;
      case 'ImportExpression':
        this.dynamicImports.push(node);
        break;
      case 'UnaryExpression':
        if (node.operator !== 'typeof' || node.argument.type !== 'Identifier') break;
        this.#use(node.argument.name, scope, context, null, false);
        return;
      case 'CallExpression':
        if (node.callee.type === 'Identifier' && node.callee.name === 'eval' && !scope.has('eval'))
          this.hasDirectEval = true;
        break;
      case 'Property':
        if (node.computed) this.#visit(node.key as AnyNode, scope, context);
        if (isFunction(node.value) && (node.method || node.kind !== 'init')) {
          this.functionLike(node.value, scope, { own: true, method: true });
          return;
        }
        this.#visit(node.value, scope, context);
        return;
      case 'VariableDeclarator':
        this.#pattern(node.id, scope, context, false);
        this.#visit(node.init, scope, context);
        return;
      case 'AssignmentExpression':
        this.#pattern(node.left as Pattern, scope, context, true);
        this.#visit(node.right, scope, context);
        return;
      case 'UpdateExpression':
        this.#pattern(node.argument as Pattern, scope, context, true);
        return;
      case 'BlockStatement':
        this.#all(node.body, new Scope(scope, blockNames(node.body)), context);
        return;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
        this.#loop(node, scope, context);
        return;
      case 'CatchClause': {
        const inner = new Scope(scope, namesOf(node.param));
        this.#pattern(node.param ?? null, inner, context, false);
        this.#visit(node.body, inner, context);
        return;
      }
      case 'SwitchStatement':
        this.#visit(node.discriminant, scope, context);
        this.#all(
          node.cases,
          new Scope(
            scope,
            node.cases.flatMap((one) => blockNames(one.consequent)),
          ),
          context,
        );
        return;
      case 'LabeledStatement':
        this.#visit(node.body, scope, context);
        return;
      case 'BreakStatement':
      case 'ContinueStatement':
        return;
    }
    for (const [, child] of children(node)) this.#visit(child, scope, context);
  }

  #loop(
    node: Extract<AnyNode, { type: 'ForStatement' | 'ForInStatement' | 'ForOfStatement' }>,
    outer: Scope,
    context: Context,
  ): void {
    const head = (node.type === 'ForStatement' ? node.init : node.left) as AnyNode | null | undefined;
    const isDeclaration = head?.type === 'VariableDeclaration';
    const scope = new Scope(outer, isDeclaration ? blockNames([head]) : []);
    if (isDeclaration || node.type === 'ForStatement') this.#visit(head, scope, context);
    else this.#pattern(head as Pattern, scope, context, true);
    if (node.type === 'ForStatement') this.#all([node.test ?? null, node.update ?? null], scope, context);
    else this.#visit(node.right, scope, context);
    this.#visit(node.body, scope, context);
  }
}
