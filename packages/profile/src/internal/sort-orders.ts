import { KeyError, repr } from '@prac/exceptions';
import { SortKey } from '../sort-key.ts';
import { compareTexts, standardName } from './function-key.ts';
import type { FunctionStats } from './table.ts';

type Compare = (a: FunctionStats, b: FunctionStats) => number;

/** An order of the rows, and how the table's head names it. */
export interface SortOrder {
  readonly compare: Compare;
  readonly description: string;
}

const byCalls: Compare = (a, b) => b.calls - a.calls;
const byCumtime: Compare = (a, b) => b.cumtime - a.cumtime;
const byFile: Compare = (a, b) => compareTexts(a.func[0], b.func[0]);
const byLine: Compare = (a, b) => a.func[1] - b.func[1];
const byName: Compare = (a, b) => compareTexts(a.func[2], b.func[2]);
const byTottime: Compare = (a, b) => b.tottime - a.tottime;

/** The words of `sortStats`, in Python's order: what abbreviations mean depends on it. */
export const SORT_ORDERS: Readonly<Record<string, SortOrder>> = {
  calls: { compare: byCalls, description: 'call count' },
  ncalls: { compare: byCalls, description: 'call count' },
  cumtime: { compare: byCumtime, description: 'cumulative time' },
  cumulative: { compare: byCumtime, description: 'cumulative time' },
  filename: { compare: byFile, description: 'file name' },
  line: { compare: byLine, description: 'line number' },
  module: { compare: byFile, description: 'file name' },
  name: { compare: byName, description: 'function name' },
  nfl: { compare: (a, b) => byName(a, b) || byFile(a, b) || byLine(a, b), description: 'name/file/line' },
  pcalls: { compare: (a, b) => b.primitiveCalls - a.primitiveCalls, description: 'primitive call count' },
  stdname: {
    compare: (a, b) => compareTexts(standardName(a.func), standardName(b.func)),
    description: 'standard name',
  },
  time: { compare: byTottime, description: 'internal time' },
  tottime: { compare: byTottime, description: 'internal time' },
};

/** The words and their unique beginnings. (Python's rule: `cu` means cumtime, `cum` is nothing.) */
const abbreviations = new Map<string, SortOrder>();
const ambiguous = new Set<string>();
for (const [word, order] of Object.entries(SORT_ORDERS)) {
  for (let end = word.length; end > 0; end--) {
    const fragment = word.slice(0, end);
    if (abbreviations.has(fragment)) {
      ambiguous.add(fragment);
      break;
    }
    abbreviations.set(fragment, order);
  }
}
for (const fragment of ambiguous) abbreviations.delete(fragment);

/** The numbers of the profiler before this one. */
const OLD: Readonly<Record<number, string>> = { [-1]: 'stdname', 0: 'calls', 1: 'time', 2: 'cumulative' };

/** Whether there is such a word, or it is the beginning of just one. */
export function isSortWord(word: string): boolean {
  return abbreviations.has(word);
}

/**
 * The order that some keys stand for, the first of them the first.
 *
 * @throws {TypeError} if they are of several types. {KeyError} for a key that is none.
 */
export function sortOrder(keys: readonly (string | number | SortKey)[]): SortOrder {
  for (const key of keys) if (typeof key !== typeof keys[0]) throw new TypeError("Can't have mixed argument type");
  const orders = keys.map((key) => orderOf(key, keys.length));
  return {
    compare: (a, b) => {
      for (const { compare } of orders) {
        const order = compare(a, b);
        if (order !== 0) return order;
      }
      return 0;
    },
    description: orders.map(({ description }) => description).join(', '),
  };
}

function orderOf(key: string | number | SortKey, count: number): SortOrder {
  const isNumber = typeof key === 'number' && count === 1;
  const word = key instanceof SortKey ? key.value : isNumber ? OLD[key] : key;
  const order = typeof word === 'string' ? abbreviations.get(word) : undefined;
  if (order !== undefined) return order;
  if (typeof key !== 'string' && typeof key !== 'number')
    throw new TypeError(`Expected a SortKey, its name or a number, got ${repr(key)}`);
  throw new KeyError(key);
}
