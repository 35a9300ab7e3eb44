import type { AnyNode, Pattern, Program } from 'acorn';

/** Functions of all kinds, as acorn has them. */
export type FunctionLike = Extract<
  AnyNode,
  { type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression' }
>;
export type ClassLike = Extract<AnyNode, { type: 'ClassDeclaration' | 'ClassExpression' }>;
export type Callable = FunctionLike | ClassLike;

export function isFunction(node: AnyNode): node is FunctionLike {
  return /^(Function(Declaration|Expression)|ArrowFunctionExpression)$/.test(node.type);
}

export function isClass(node: AnyNode): node is ClassLike {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

/** The nodes directly below one, with the name of the property they are in. */
export function* children(node: AnyNode): Generator<readonly [key: string, child: AnyNode]> {
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof child.type === 'string') yield [key, child as AnyNode];
    }
  }
}

/** The names that a pattern binds. */
export function namesOf(pattern: Pattern | null | undefined, names: string[] = []): string[] {
  switch (pattern?.type) {
    case 'Identifier':
      names.push(pattern.name);
      break;
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        namesOf(property.type === 'RestElement' ? property.argument : property.value, names);
      }
      break;
    case 'ArrayPattern':
      for (const element of pattern.elements) namesOf(element, names);
      break;
    case 'AssignmentPattern':
      namesOf(pattern.left, names);
      break;
    case 'RestElement':
      namesOf(pattern.argument, names);
      break;
  }
  return names;
}

/** What `let`, `const`, `class` and `function` bind in a block. */
export function blockNames(body: readonly AnyNode[]): string[] {
  return body.flatMap((statement) => {
    if (statement.type === 'VariableDeclaration') {
      return statement.kind === 'var' ? [] : statement.declarations.flatMap((declarator) => namesOf(declarator.id));
    }
    const isNamed = statement.type === 'FunctionDeclaration' || statement.type === 'ClassDeclaration';
    return isNamed && statement.id ? [statement.id.name] : [];
  });
}

/** Whether a program or a function's body begins with 'use strict'. */
export function saysStrict(body: AnyNode | Program): boolean {
  if (body.type !== 'Program' && body.type !== 'BlockStatement') return false;
  return body.body.some((statement) => 'directive' in statement && statement.directive === 'use strict');
}

/**
 * What `var` binds in a function, wherever it is said.
 *
 * @param isStrict - If it is not, functions that are declared in its blocks are bound as by `var`, too.
 */
export function varNames(node: AnyNode | null | undefined, isStrict: boolean, names: string[] = []): string[] {
  if (!node || isClass(node)) return names;
  if (isFunction(node)) {
    if (!isStrict && node.type === 'FunctionDeclaration' && node.id && !node.async && !node.generator)
      names.push(node.id.name);
    return names;
  }
  if (node.type === 'VariableDeclaration' && node.kind === 'var') {
    for (const declarator of node.declarations) namesOf(declarator.id, names);
  }
  for (const [, child] of children(node)) varNames(child, isStrict, names);
  return names;
}
