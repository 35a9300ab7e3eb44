// Reports equal those of CPython's pstats, character by character: all versions that are here.
import { join } from 'node:path';
import { type SortKey, Stats } from '@prac/profile';
import { python, pythonVersions } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { compareTexts, widthOf } from '../src/internal/function-key.ts';
import { f3 } from '../src/internal/number-text.ts';
import { isSortWord, SORT_ORDERS } from '../src/internal/sort-orders.ts';
import { makeProfiles, printedByPython, type Session, type Step, temporaryFolder } from './helpers/profiles.ts';

const WORDS = Object.keys(SORT_ORDERS);
const PRINTERS = ['printStats', 'printCallers', 'printCallees'];
const RESTRICTIONS = [
  [],
  [3],
  [0.5],
  [0],
  [1000],
  ['f'],
  ['x', 2],
  [0.3, '\\d'],
  [-1],
  ['('],
  ["it's"],
  [0.0001],
] as const;

describe.each(pythonVersions().map((interpreter) => [interpreter.version.join('.'), interpreter] as const))(
  'CPython %s',
  (_, interpreter) => {
    const folder = temporaryFolder();
    const profiles = makeProfiles(folder, interpreter);

    test('each key, each table, each restriction', () => {
      const sessions = Object.values(profiles).flatMap((file): Session[] => [
        ...WORDS.flatMap((word) =>
          PRINTERS.map((print): Session => ({ files: [file], steps: [['sortStats', word], [print]] })),
        ),
        ...[-1, 0, 1, 2].map(
          (number): Session => ({
            files: [file],
            steps: [
              ['sortStats', number],
              ['printStats', 5],
            ],
          }),
        ),
        ...RESTRICTIONS.flatMap((restriction) =>
          PRINTERS.map(
            (print): Session => ({
              files: [file],
              steps: [
                ['sortStats', 'cumulative', 'name'],
                [print, ...restriction],
              ],
            }),
          ),
        ),
        { files: [file], steps: [['printStats'], ['printCallers'], ['printCallees']] },
      ]);
      compare(sessions);
    });

    test('chains of calls, of several files', () => {
      const { old: _, ...ofOneKind } = profiles; // CPython cannot add those of its two profilers
      const files = Object.values(ofOneKind);
      const random = generator(20261127);
      const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
      const step = (): Step => {
        const kind = random();
        if (kind < 0.3) return ['sortStats', ...new Set([pick(WORDS), pick(WORDS)])];
        if (kind < 0.4) return ['reverseOrder'];
        if (kind < 0.5) return ['stripDirs'];
        if (kind < 0.6) return ['add', pick(files)];
        return [pick(PRINTERS), ...pick(RESTRICTIONS)];
      };
      const sessions = Array.from({ length: 150 }, (): Session => {
        const some = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(files));
        const steps = Array.from({ length: 5 }, step);
        // What was called is not asked for anew after `add` in CPython: see README.
        const callees = steps.findIndex(([method]) => method === 'printCallees');
        return {
          files: some,
          steps: steps.filter(([method], i) => !(method === 'add' && callees >= 0 && i > callees)),
        };
      });
      compare(sessions);
    });

    test('profiles that are written here are read there, and the other way round', () => {
      for (const file of Object.values(profiles)) {
        const copy = join(folder, 'copy.prof');
        new Stats(file).dumpStats(copy);
        const same = python(
          'import marshal\nanswer = marshal.load(open(data[0], "rb")) == marshal.load(open(data[1], "rb"))',
          [file, copy],
          { interpreter },
        );
        expect(same).toBe(true);
        expect(new Stats(copy).stats).toEqual(new Stats(file).stats);
      }
    });

    test('the table for programs', () => {
      for (const file of Object.values(profiles)) {
        const { totalTt, funcProfiles } = new Stats(file).sortStats('time').getStatsProfile();
        const theirs = python(
          `import dataclasses, pstats
p = pstats.Stats(data).sort_stats('time').get_stats_profile()
answer = [p.total_tt, [[k, list(dataclasses.astuple(v))] for k, v in p.func_profiles.items()]]`,
          file,
          { interpreter },
        );
        expect([totalTt, [...funcProfiles].map(([name, profile]) => [name, Object.values(profile)])]).toEqual(theirs);
      }
    });

    test('abbreviations', () => {
      const known = python<string[]>('import pstats\nanswer = list(pstats.Stats().get_sort_arg_defs())', null, {
        interpreter,
      });
      const fragments = WORDS.flatMap((word) => Array.from(word, (_, i) => word.slice(0, i + 1)));
      expect(new Set(fragments.filter(isSortWord))).toEqual(new Set(known));
    });

    function compare(sessions: readonly Session[]): void {
      const theirs = printedByPython(sessions, interpreter);
      for (const [i, session] of sessions.entries()) expect([session, printed(session)]).toEqual([session, theirs[i]]);
    }
  },
);

describe.skipIf(pythonVersions().length === 0)('texts', () => {
  test('numbers, also those between two texts', () => {
    const random = generator(7);
    const numbers = Array.from({ length: 20_000 }, (_, i) => {
      if (i % 3 === 0) return Math.floor(random() * 2 ** 20) / 16;
      return (random() - 0.2) * 10 ** Math.floor(random() * 16 - 8);
    });
    numbers.push(0, 1e21, 1.5e300, -1e22, 0.0005, 0.0015, 1e-300);
    expect(numbers.map(f3)).toEqual(python("answer = ['%.3f' % x for x in data]", numbers));
    const rest = [-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    expect(rest.map(f3)).toEqual(['-0.000', 'nan', 'inf', '-inf']);
  });

  test('order and width of names', () => {
    const random = generator(3);
    const letters = ['a', 'b', 'ä', '\u0000', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f40d}', '\u{10ffff}'];
    const names = Array.from({ length: 500 }, () =>
      Array.from({ length: Math.floor(random() * 5) }, () => letters[Math.floor(random() * letters.length)]).join(''),
    );
    expect([...names].sort(compareTexts)).toEqual(python('answer = sorted(data)', names));
    expect(names.map(widthOf)).toEqual(python('answer = [len(x) for x in data]', names));
  });
});

function printed({ files, steps }: Session): string {
  let text = '';
  const write = (part: string): void => {
    text += part;
  };
  const stats = new Stats(...files, { stream: { write } });
  for (const [method, ...args] of steps)
    (stats as unknown as Record<string, (...args: (string | number | SortKey)[]) => unknown>)[method]!(...args);
  return text;
}

/** Numbers from 0 to 1, the same each time (mulberry32). */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
