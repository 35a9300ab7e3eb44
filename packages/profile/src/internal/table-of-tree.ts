import type { CallTree } from './call-tree.ts';
import { type FunctionKey, idOf } from './function-key.ts';
import { selfTimes } from './spread.ts';
import type { FunctionStats, Table } from './table.ts';

/** Sums of a function, or of what one has called. */
interface Sums {
  readonly func: FunctionKey;
  calls: number;
  primitiveCalls: number;
  tottime: number;
  cumtime: number;
}

interface OwnSums extends Sums {
  readonly callers: Map<string, Sums>;
  resumes: number;
  walltime: number;
}

/**
 * The table of a tree of calls. A call is primitive, and its time counts as cumulative, if it is not below another one of the same
 * function; of a caller, if not below one of the same function by the same caller.
 */
export function tableOf(tree: CallTree, functions: readonly FunctionKey[], hasCallers = true): Table {
  const selves = selfTimes(tree);
  const times = cumulativeTimes(tree, selves);
  const sums = new Map<string, OwnSums>();
  for (let node = 1; node < tree.size; node++) {
    if (tree.entered(node) === 0) continue; // a sampler has passed it only
    const func = functions[tree.fn[node]!]!;
    const id = idOf(func);
    const own: OwnSums = sums.get(id) ?? { ...nothing(func), callers: new Map(), resumes: 0, walltime: 0 };
    sums.set(id, own);
    add(own, tree, node, { selves, times }, !isBelow(tree, node, () => true));
    own.resumes += tree.resumes[node]!;
    own.walltime += tree.wall[node]!;
    const parent = tree.parent[node]!;
    if (parent === 0 || !hasCallers) continue;
    const caller = functions[tree.fn[parent]!]!;
    const ofCaller = own.callers.get(idOf(caller)) ?? nothing(caller);
    own.callers.set(idOf(caller), ofCaller);
    const isSame = (above: number): boolean =>
      tree.fn[tree.parent[above]!] === tree.fn[parent] && tree.parent[above] !== 0;
    add(ofCaller, tree, node, { selves, times }, !isBelow(tree, node, isSame));
  }
  const table: Table = new Map();
  for (const [id, { callers, resumes, walltime, ...own }] of sums) {
    const hasWaited = resumes !== 0 || walltime !== 0;
    table.set(id, { ...own, callers: callersOf(callers), ...(hasWaited ? { waits: { resumes, walltime } } : {}) });
  }
  return table;
}

function callersOf(callers: ReadonlyMap<string, Sums>): FunctionStats['callers'] {
  return new Map(
    [...callers].map(([id, { func, calls, primitiveCalls, tottime, cumtime }]) => [
      id,
      { func, numbers: [calls, primitiveCalls, tottime, cumtime] },
    ]),
  );
}

function nothing(func: FunctionKey): Sums {
  return { func, calls: 0, primitiveCalls: 0, tottime: 0, cumtime: 0 };
}

/** Seconds in each node: in it alone, and with all below it. */
interface Seconds {
  readonly selves: Float64Array;
  readonly times: Float64Array;
}

function add(sums: Sums, tree: CallTree, node: number, { selves, times }: Seconds, isPrimitive: boolean): void {
  sums.calls += tree.calls(node);
  sums.tottime += selves[node]!;
  if (!isPrimitive) return;
  sums.primitiveCalls += tree.calls(node);
  sums.cumtime += times[node]!;
}

/** Whether a node is below one of the same function that fulfils something. */
function isBelow(tree: CallTree, node: number, fulfils: (above: number) => boolean): boolean {
  const fn = tree.fn[node];
  for (let above = tree.parent[node]!; above !== 0; above = tree.parent[above]!)
    if (tree.fn[above] === fn && fulfils(above)) return true;
  return false;
}

/** Seconds in each node and in all below it. */
function cumulativeTimes(tree: CallTree, selves: Float64Array): Float64Array {
  const times = selves.slice();
  for (let node = tree.size - 1; node > 0; node--) times[tree.parent[node]!]! += times[node]!;
  return times;
}
