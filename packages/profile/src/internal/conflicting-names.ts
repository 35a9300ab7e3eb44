import type { AnyNode } from 'acorn';
import { childrenOf } from './syntax.ts';

/**
 * Whether the body of a function, or a script, declares names in a way that only the body of a function allows, and not a block: a function twice, a
 * function and a `var` of the same name.
 */
export function conflictingNames(body: AnyNode): boolean {
  if (body.type !== 'BlockStatement' && body.type !== 'Program') return false;
  const functions = new Set<string>();
  for (const statement of body.body) {
    if (statement.type !== 'FunctionDeclaration') continue;
    if (functions.has(statement.id.name)) return true;
    functions.add(statement.id.name);
  }
  return functions.size > 0 && declaresOneOf(body, functions);
}

/** By `var`, outside of inner functions. */
function declaresOneOf(node: AnyNode, names: ReadonlySet<string>): boolean {
  if (/^(Function|ArrowFunction|Class)/.test(node.type)) return false;
  if (node.type === 'VariableDeclaration' && node.kind === 'var')
    if (node.declarations.some(({ id }) => binds(id as AnyNode, names))) return true;
  for (const child of childrenOf(node)) if (declaresOneOf(child, names)) return true;
  return false;
}

function binds(pattern: AnyNode, names: ReadonlySet<string>): boolean {
  if (pattern.type === 'Identifier') return names.has(pattern.name);
  for (const child of childrenOf(pattern)) if (binds(child, names)) return true;
  return false;
}
