import type { CallTree } from './call-tree.ts';

/*
 * Seconds in each node alone.
 *
 *   cold   measured: the clock was read whenever it was entered and left
 *   hot    its first calls were measured. After that its time is in that of its group, the cold node above it; of this it gets what the
 *          sampler has seen of it. If that was too short to be seen it gets what its first calls took, for each further one.
 *
 * What it took to count the calls of hot nodes is nobody's: without it, tiny functions would seem to take most of the time.
 */

/** From so many seconds on what was seen of a group says more than its first calls. */
const ENOUGH_SEEN = 0.02;

export function selfTimes(tree: CallTree): Float64Array {
  const times = tree.self.slice(0, tree.size);
  if (!tree.hasHot) return times;
  for (const nodes of groupsOf(tree).values()) {
    times[nodes[0]!] = Math.max(0, times[nodes[0]!]! - countingOf(tree, nodes));
    const seen = nodes.map((node) => seenOf(tree, node));
    const shares = sum(seen) >= ENOUGH_SEEN ? seen : nodes.map((node, i) => (i === 0 ? 0 : expectedOf(tree, node)));
    spread(times, nodes, shares, sum(seen) >= ENOUGH_SEEN);
  }
  return times;
}

/** Gives the time of the first node to all, by their shares. What they do not need the first one keeps. */
function spread(times: Float64Array, nodes: readonly number[], shares: readonly number[], isAll: boolean): void {
  const total = times[nodes[0]!]!;
  const all = isAll ? sum(shares) : Math.max(sum(shares), total);
  if (!(all > 0)) return;
  let given = 0;
  for (let i = 1; i < nodes.length; i++) {
    const time = (total * shares[i]!) / all;
    times[nodes[i]!]! += time;
    given += time;
  }
  times[nodes[0]!] = Math.max(0, total - given);
}

/** The hot nodes below a cold one, behind that one. */
function groupsOf(tree: CallTree): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  const groupOf = new Int32Array(tree.size);
  for (let node = 1; node < tree.size; node++) {
    if (tree.entered(node) < tree.hotAfter) {
      groupOf[node] = node;
      continue;
    }
    const group = groupOf[tree.parent[node]!]!; // parents were there before their children
    groupOf[node] = group;
    const nodes = groups.get(group);
    if (nodes === undefined) groups.set(group, [group, node]);
    else nodes.push(node);
  }
  return groups;
}

/** What it took to count those calls for which the clock was not read. */
function countingOf(tree: CallTree, [, ...hot]: readonly number[]): number {
  return sum(hot.map((node) => (tree.entered(node) - Math.max(0, tree.hotAfter - 1)) * tree.costs.call));
}

/** Half of what a call costs falls into the callee's time, half into its caller's. */
function seenOf(tree: CallTree, node: number): number {
  let entries = tree.entered(node);
  for (let child = tree.kid[node]!; child !== 0; child = tree.sibling[child]!) entries += tree.entered(child);
  return Math.max(0, tree.seen[node]! - (entries * tree.costs.call) / 2);
}

/** What further calls take, if they are like the first ones. */
function expectedOf(tree: CallTree, node: number): number {
  const measured = tree.hotAfter - 1;
  if (measured < 1) return 0;
  const each = tree.self[node]! / measured - tree.costs.clock;
  return Math.max(0, each) * (tree.entered(node) - measured);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
