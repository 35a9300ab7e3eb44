import type { CallTree } from './call-tree.ts';
import { flameGraph } from './flame-graph.ts';
import { type FunctionKey, standardName } from './function-key.ts';
import { pprof } from './pprof.ts';
import { selfTimes } from './spread.ts';
import { type CallerStats, calleesOf } from './table.ts';
import { tableOf } from './table-of-tree.ts';

/*
 * A tree of calls for other tools:
 *
 *   collapsed    a line for each stack, and its microseconds: flamegraph.pl, inferno
 *   speedscope   https://www.speedscope.app
 *   cpuprofile   the debugger of Chrome, Visual Studio Code
 *   callgrind    KCachegrind, QCachegrind
 *   pprof        go tool pprof: bytes
 *   flamegraph   a page that shows it: see flame-graph.ts
 *   json         the table: for programs
 */
export type ProfileFormat = 'collapsed' | 'speedscope' | 'cpuprofile' | 'callgrind' | 'flamegraph' | 'json' | 'pprof';

type Writer = (tree: CallTree, functions: readonly FunctionKey[]) => string | Uint8Array;

export const FORMATS: Readonly<Record<ProfileFormat, Writer>> = {
  collapsed: (tree, functions) => {
    const selves = selfTimes(tree);
    const lines = worked(selves).map((node) => {
      const stack = stackOf(tree, node).map((at) => frameName(functions[tree.fn[at]!]!));
      return `${stack.join(';')} ${microseconds(selves[node]!)}\n`;
    });
    return lines.join('');
  },

  speedscope: (tree, functions) => {
    const selves = selfTimes(tree);
    const nodes = worked(selves);
    const used = [...new Set(nodes.flatMap((node) => stackOf(tree, node).map((at) => tree.fn[at]!)))];
    const place = new Map(used.map((fn, i) => [fn, i]));
    const weights = nodes.map((node) => selves[node]!);
    return JSON.stringify({
      $schema: 'https://www.speedscope.app/file-format-schema.json',
      exporter: '@prac/profile',
      shared: {
        frames: used.map((fn) => {
          const [file, line, name] = functions[fn]!;
          return file === '~' ? { name } : { name, file, line };
        }),
      },
      profiles: [
        {
          type: 'sampled',
          name: 'profile',
          unit: 'seconds',
          startValue: 0,
          endValue: weights.reduce((sum, weight) => sum + weight, 0),
          samples: nodes.map((node) => stackOf(tree, node).map((at) => place.get(tree.fn[at]!))),
          weights,
        },
      ],
    });
  },

  cpuprofile: (tree, functions) => {
    const children = Array.from({ length: tree.size }, (): number[] => []);
    for (let node = 1; node < tree.size; node++) children[tree.parent[node]!]!.push(node + 1);
    const selves = selfTimes(tree);
    const nodes = worked(selves);
    const timeDeltas = nodes.map((node) => microseconds(selves[node]!));
    return JSON.stringify({
      nodes: Array.from({ length: tree.size }, (_, node) => ({
        id: node + 1,
        callFrame: callFrame(node === 0 ? ['', 0, '(root)'] : functions[tree.fn[node]!]!),
        hitCount: selves[node]! > 0 && node > 0 ? 1 : 0,
        children: children[node],
      })),
      startTime: 0,
      endTime: timeDeltas.reduce((sum, delta) => sum + delta, 0),
      samples: nodes.map((node) => node + 1),
      timeDeltas,
    });
  },

  callgrind: (tree, functions) => {
    const table = tableOf(tree, functions);
    const lines = ['# callgrind format', 'version: 1', 'creator: @prac/profile', 'events: Microseconds', ''];
    const callees = calleesOf(table);
    for (const [id, { func, tottime }] of table) {
      lines.push(...place('', func), `${func[1]} ${microseconds(tottime)}`);
      for (const callee of callees.get(id)?.values() ?? []) lines.push(...callsOf(func, callee));
      lines.push('');
    }
    return lines.join('\n');
  },

  flamegraph: flameGraph,

  pprof,

  json: (tree, functions) => {
    const rows = [...tableOf(tree, functions).values()].map(
      ({ func: [file, line, name], callers, waits, ...numbers }) => ({
        file,
        line,
        name,
        ...numbers,
        resumes: waits?.resumes ?? 0,
        walltime: waits?.walltime ?? 0,
        callers: [...callers.values()].map(({ func: [file, line, name], numbers }) => ({ file, line, name, numbers })),
      }),
    );
    return `${JSON.stringify(rows, null, 2)}\n`;
  },
};

/** Nodes in which time was spent. */
function worked(selves: Float64Array): number[] {
  const nodes: number[] = [];
  for (let node = 1; node < selves.length; node++) if (selves[node]! > 0) nodes.push(node);
  return nodes;
}

/** From the outermost one. */
function stackOf(tree: CallTree, node: number): number[] {
  const stack: number[] = [];
  for (let at = node; at !== 0; at = tree.parent[at]!) stack.unshift(at);
  return stack;
}

/** Neither a semicolon nor a line break. */
function frameName(func: FunctionKey): string {
  return standardName(func).replaceAll(/[;\n\r]/g, '_');
}

function callFrame([file, line, functionName]: FunctionKey): object {
  const isBuiltIn = file === '~' || file === '';
  return {
    functionName,
    scriptId: '0',
    url: isBuiltIn ? '' : file,
    lineNumber: Math.max(0, line - 1),
    columnNumber: 0,
  };
}

function microseconds(seconds: number): number {
  return Math.round(1e6 * seconds);
}

function place(prefix: string, [file, , name]: FunctionKey): string[] {
  return [`${prefix === '' ? 'fl' : 'cfi'}=${file}`, `${prefix}fn=${name}`];
}

/** What a function has called of another. */
function callsOf(caller: FunctionKey, { func, numbers }: CallerStats): string[] {
  if (typeof numbers === 'number') return [];
  const [calls, , , cumtime] = numbers;
  return [...place('c', func), `calls=${calls} ${func[1]}`, `${caller[1]} ${microseconds(cumtime)}`];
}
