import type { AnyNode } from 'acorn';

/** What a node of a syntax tree consists of, in its order. */
export function* childrenOf(node: AnyNode): Generator<AnyNode> {
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const item of value) if (isNode(item)) yield item;
    if (isNode(value)) yield value;
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof (value as Partial<AnyNode> | null)?.type === 'string';
}
