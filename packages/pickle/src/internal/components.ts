import type { GraphNode } from './graph.ts';

/** The nodes to which a node refers. */
function* targets(node: GraphNode): Generator<number> {
  for (const value of Object.values(node)) {
    if (!Array.isArray(value) && !isRecord(value)) continue;
    if (node.t === 'raw' || node.t === 'buffer') return;
    if (isSlot(value)) yield value[0];
    else for (const inner of Object.values(value)) if (isSlot(inner)) yield inner[0];
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** In a list of slots a slot is an array of one number; no other field of a node is. */
export function isSlot(value: unknown): value is readonly [number] {
  return Array.isArray(value) && value.length === 1 && typeof value[0] === 'number';
}

/**
 * Which nodes refer to each other in a circle: the number of the circle, for each node (Tarjan's algorithm, without recursion).
 */
export function components(nodes: readonly GraphNode[]): Int32Array {
  const [order, low, component] = [0, 0, 0].map(() => new Int32Array(nodes.length).fill(-1)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ];
  const stack: number[] = [];
  let [counter, count] = [0, 0];
  for (let root = 0; root < nodes.length; root++) {
    if (order[root] !== -1) continue;
    const work: { readonly at: number; readonly rest: Generator<number> }[] = [];
    const enter = (at: number): void => {
      order[at] = low[at] = counter++;
      stack.push(at);
      work.push({ at, rest: targets(nodes[at]!) });
    };
    enter(root);
    while (work.length > 0) {
      const { at, rest } = work.at(-1)!;
      const next = rest.next();
      if (!next.done) {
        const to = next.value;
        if (!(to >= 0 && to < nodes.length)) continue;
        if (order[to] === -1) enter(to);
        else if (component[to] === -1) low[at] = Math.min(low[at]!, order[to]!);
        continue;
      }
      work.pop();
      const parent = work.at(-1)?.at;
      if (parent !== undefined) low[parent] = Math.min(low[parent]!, low[at]!);
      if (low[at] !== order[at]) continue;
      for (let member = stack.pop()!; ; member = stack.pop()!) {
        component[member] = count;
        if (member === at) break;
      }
      count++;
    }
  }
  return component;
}
