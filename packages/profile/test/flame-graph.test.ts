// The page is run with just as much of a document as it asks for.
import { runInNewContext } from 'node:vm';
import { Profile } from '@prac/profile';
import { expect, test } from 'vitest';
import { load } from './helpers/instrumented.ts';

interface Box {
  textContent: string;
  title: string;
  className: string;
  style: { cssText: string; height?: string };
  onclick?: () => void;
  oninput?: () => void;
  onmouseenter?: () => void;
  children: Box[];
  value: string;
  disabled: boolean;
  clientWidth: number;
  setAttribute(): void;
  append(child: Box): void;
  replaceChildren(): void;
}

function box(): Box {
  return {
    textContent: '',
    title: '',
    className: '',
    style: { cssText: '' },
    children: [],
    value: '',
    disabled: false,
    clientWidth: 1000,
    setAttribute() {},
    append(child) {
      this.children.push(child);
    },
    replaceChildren() {
      this.children = [];
    },
  };
}

/** The elements of the page, by their ids, after its script has run. */
function opened(html: string): Record<'graph' | 'told' | 'all' | 'search' | 'data', Box> {
  const byId = { graph: box(), told: box(), all: box(), search: box(), data: box() };
  byId.data.textContent = /<script id="data" type="application\/json">(.*)<\/script>/.exec(html)![1]!;
  const script = /<script>([\s\S]*)<\/script>/.exec(html)![1]!;
  const document = { createElement: box, getElementById: (id: keyof typeof byId) => byId[id] };
  runInNewContext(script, { document, window: {} });
  return byId;
}

const widthOf = ({ style }: Box): number => Number(/width:([\d.]+)px/.exec(style.cssText)![1]);
const named = (boxes: readonly Box[], name: string): Box =>
  boxes.find(({ textContent }) => textContent.startsWith(`${name} `))!;

let seconds = 0;
(globalThis as { spend?: (time: number) => void }).spend = (time) => {
  seconds += time;
};

test('a box for each call, as wide as its time; a click shows one alone; what is searched for has its share', () => {
  const { a } = load<{ a: () => void }>(`
    function a() { spend(1); b(); c(); c(); }
    function b() { spend(2); c(); }
    const c = () => spend(1.5);
    return { a };`, '</script><b>.js'); // biome-ignore format: short
  const profile = new Profile({ timer: () => seconds });
  profile.runCall(a);
  const html = profile.export('flamegraph');
  expect(html).not.toContain('</script><b>');
  const page = opened(html);
  const [whole, ...boxes] = page.graph.children;
  expect([whole!.textContent, Math.round(widthOf(whole!))]).toEqual(['all', 999]);
  // 7.5 seconds: a 7.5, b 3.5 with c 1.5, c 3
  const widths = boxes.map((one) => [one.textContent.replace(/.*\((\w+)\)/, '$1'), Math.round(widthOf(one))]);
  expect(boxes).toHaveLength(4);
  expect(widths.map(([, width]) => width).sort()).toEqual([199, 399, 466, 999]);
  expect(named(boxes, 'b').title).toMatch(/\(b\): 3\.500000 s, 46\.7 %, alone 2\.000000 s, 1 calls$/);

  named(boxes, 'b').onclick!();
  expect(page.graph.children.map((one) => [one.className, Math.round(widthOf(one))])).toEqual([
    ['above', 999],
    ['above', 999],
    ['', 999],
    ['', 428],
  ]);
  expect(page.all.disabled).toBe(false);
  page.all.onclick!();
  expect([page.graph.children.length, page.all.disabled]).toEqual([5, true]);

  page.search.value = '(C)';
  page.search.oninput!();
  expect(page.told.textContent).toBe('found: 60.0 %');
  expect(page.graph.children.filter(({ style }) => style.cssText.includes('#c8f'))).toHaveLength(2);
  named(page.graph.children, 'c').onmouseenter!();
  expect(page.told.textContent).toContain('(c): ');
});
