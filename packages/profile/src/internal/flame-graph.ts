import type { CallTree } from './call-tree.ts';
import { type FunctionKey, standardName } from './function-key.ts';
import { selfTimes } from './spread.ts';

/*
 * A page that shows a tree of calls: a box for each node, as wide as its time, its callees below it. It needs nothing else: no server, no
 * network.
 *
 *   data   names: [in the box, in full] │ nodes: [name, parent, microseconds in it alone, calls], parents before their children
 *
 * A click on a box makes it as wide as the page; a text to search for marks boxes, and tells their share.
 */
export function flameGraph(tree: CallTree, functions: readonly FunctionKey[]): string {
  const selves = selfTimes(tree);
  const numbers = new Map<number, number>();
  const names: (readonly [label: string, full: string])[] = [];
  const nodes: number[][] = [[-1, -1, 0, 0]];
  for (let node = 1; node < tree.size; node++) {
    const fn = tree.fn[node]!;
    const name = numbers.get(fn) ?? names.push([labelOf(functions[fn]!), standardName(functions[fn]!)]) - 1;
    numbers.set(fn, name);
    nodes.push([name, tree.parent[node]!, Math.round(1e6 * selves[node]!), tree.calls(node)]);
  }
  const data = JSON.stringify({ names, nodes }).replaceAll('<', '\\u003c');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Flame graph</title>
<style>${STYLE}</style>
</head>
<body>
<header><button id="all" disabled>All</button><input id="search" type="search" placeholder="Search" aria-label="Search"><output id="told"></output></header>
<main id="graph" role="tree"></main>
<script id="data" type="application/json">${data}</script>
<script>(${String(page)})();</script>
</body>
</html>
`;
}

/** Its name comes first: a narrow box shows no more. */
function labelOf([file, line, name]: FunctionKey): string {
  return file === '~' ? name : `${name} ${file.slice(file.lastIndexOf('/') + 1)}:${line}`;
}

const STYLE = `
body { font: 12px/18px system-ui, sans-serif; margin: 0; color: #222; background: #fff; }
header { display: flex; gap: 8px; padding: 8px; position: sticky; top: 0; background: inherit; z-index: 1; }
output { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
main { position: relative; margin: 0 8px; overflow: hidden; }
main > div { position: absolute; height: 17px; box-sizing: border-box; overflow: hidden; white-space: nowrap; padding: 0 3px;
  border-radius: 2px; cursor: pointer; outline-offset: -1px; }
main > div:hover, main > div:focus { outline: 1px solid #000; }
main > div.above { opacity: 0.5; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #1a1a1a; } main > div { color: #222; } }
`;

// biome-ignore lint/suspicious/noExplicitAny: it runs in a browser, whose types are not here
declare const document: any, window: any;

/** What runs in the page: it has nothing from outside. */
function page(): void {
  const ROW = 18;
  const NARROWEST = 0.4;
  const byId = (id: string): typeof document => document.getElementById(id);
  const { names, nodes } = JSON.parse(byId('data').textContent) as {
    names: [label: string, full: string][];
    nodes: number[][];
  };
  const times = nodes.map(([, , own]) => own!);
  const children: number[][] = nodes.map(() => []);
  const depth = nodes.map(() => 0);
  for (let node = 1; node < nodes.length; node++) depth[node] = depth[nodes[node]![1]!]! + 1;
  for (let node = nodes.length - 1; node > 0; node--) {
    const parent = nodes[node]![1]!;
    times[parent]! += times[node]!;
    children[parent]!.unshift(node);
  }
  const [graph, told, all, search] = ['graph', 'told', 'all', 'search'].map(byId);
  let root = 0;

  const [LABEL, FULL] = [0, 1];
  const nameOf = (node: number, which = FULL!): string => (node === 0 ? 'all' : names[nodes[node]![0]!]![which]!);
  const percent = (time: number): string => `${((100 * time) / (times[0]! || 1)).toFixed(1)} %`;
  const tell = (node: number): string => {
    const calls = node === 0 ? '' : `, ${nodes[node]![3]} calls`;
    return `${nameOf(node)}: ${(times[node]! / 1e6).toFixed(6)} s, ${percent(times[node]!)}, alone ${(nodes[node]![2]! / 1e6).toFixed(6)} s${calls}`;
  };
  const color = (node: number): string => {
    let hash = 0;
    for (const letter of nameOf(node)) hash = (hash * 31 + letter.charCodeAt(0)) | 0;
    return `hsl(${20 + (Math.abs(hash) % 40)} ${70 + (Math.abs(hash >> 8) % 25)}% ${62 + (Math.abs(hash >> 16) % 12)}%)`;
  };
  const isFound = (node: number): boolean =>
    search.value !== '' && nameOf(node).toLowerCase().includes(search.value.toLowerCase());

  const box = (node: number, left: number, width: number, isAbove: boolean): void => {
    const element = document.createElement('div');
    element.textContent = width > 20 ? nameOf(node, LABEL) : '';
    element.title = tell(node);
    element.tabIndex = 0;
    element.setAttribute('role', 'treeitem');
    element.className = isAbove ? 'above' : '';
    element.style.cssText = `left:${left}px;width:${Math.max(width - 1, 0.5)}px;top:${depth[node]! * ROW}px;background:${isFound(node) ? '#c8f' : color(node)}`;
    element.onmouseenter = element.onfocus = () => {
      told.textContent = tell(node);
    };
    element.onclick = () => show(node);
    element.onkeydown = (event: { key: string }) => event.key === 'Enter' && show(node);
    graph.append(element);
  };
  const show = (node: number): void => {
    root = node;
    graph.replaceChildren();
    const width = graph.clientWidth;
    const above: number[] = [];
    for (let at = node; at > 0; at = nodes[at]![1]!) above.push(nodes[at]![1]!);
    for (const at of above) box(at, 0, width, true);
    const scale = width / (times[node]! || 1);
    let deepest = 0;
    const waiting: [number, number][] = [[node, 0]];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [at, left] = next;
      box(at, left, times[at]! * scale, false);
      deepest = Math.max(deepest, depth[at]!);
      let place = left;
      for (const child of children[at]!) {
        if (times[child]! * scale >= NARROWEST) waiting.push([child, place]);
        place += times[child]! * scale;
      }
    }
    graph.style.height = `${(deepest + 1) * ROW}px`;
    all.disabled = node === 0;
  };
  /** The share of what is found, of which none is in another. */
  const found = (): number => {
    let time = 0;
    const isIn = new Uint8Array(nodes.length);
    for (let node = 1; node < nodes.length; node++) {
      const isInFound = isIn[nodes[node]![1]!] === 1;
      if (!isInFound && isFound(node)) time += times[node]!;
      isIn[node] = Number(isInFound || isFound(node));
    }
    return time;
  };
  all.onclick = () => show(0);
  search.oninput = () => {
    show(root);
    told.textContent = search.value === '' ? '' : `found: ${percent(found())}`;
  };
  window.onresize = () => show(root);
  show(0);
}
