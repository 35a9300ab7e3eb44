// What reports are made of and made into; bad input. Cases of CPython's test_pstats.py are named as they are there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { EOFError, FileNotFoundError, KeyError, ValueError } from '@prac/exceptions';
import { type FunctionKey, type FunctionStats, type ProfileLike, SortKey, Stats } from '@prac/profile';
import { describe, expect, test } from 'vitest';
import { idOf } from '../src/internal/function-key.ts';
import { Float, readMarshal, type Writable, writeMarshal } from '../src/internal/marshal.ts';
import { addedCallers, type CallerNumbers } from '../src/internal/table.ts';
import { temporaryFolder } from './helpers/profiles.ts';

const folder = temporaryFolder();

type Callers = readonly (readonly [FunctionKey, CallerNumbers])[];

function entry(func: FunctionKey, calls: number, seconds: number, callers: Callers = []): FunctionStats {
  return {
    func,
    primitiveCalls: calls,
    calls,
    tottime: seconds,
    cumtime: seconds,
    callers: new Map(callers.map(([func, numbers]) => [idOf(func), { func, numbers }])),
  };
}

function profiler(...entries: readonly FunctionStats[]): ProfileLike {
  return { createStats() {}, stats: new Map(entries.map((stats) => [idOf(stats.func), stats])) };
}

const MAIN: FunctionKey = ['/src/app.ts', 1, 'main'];
const WORK: FunctionKey = ['/src/work.ts', 2, 'work'];

function example(): ProfileLike {
  return profiler(entry(MAIN, 1, 0.5), entry(WORK, 3, 0.25, [[MAIN, [3, 3, 0.25, 0.25]]]));
}

function reported(report: (stats: Stats) => unknown, ...sources: ProfileLike[]): string {
  const parts: string[] = [];
  report(new Stats(...sources, { stream: { write: (part) => parts.push(part) } }));
  return parts.join('');
}

describe("CPython's cases", () => {
  test('test_combine_results', () => {
    const [a, b] = [
      ['a', 1, 'a'],
      ['b', 1, 'b'],
    ] as const satisfies FunctionKey[];
    const callers = (...list: [FunctionKey, CallerNumbers][]) =>
      new Map(list.map(([func, numbers]) => [idOf(func), { func, numbers }]));
    const sum = addedCallers(callers([a, [1, 2, 3, 4]]), callers([a, [1, 2, 3, 4]], [b, [5, 6, 7, 8]]));
    expect([...sum.values()].map(({ numbers }) => numbers)).toEqual([
      [2, 4, 6, 8],
      [5, 6, 7, 8],
    ]);
    const old = addedCallers(callers([a, 1]), callers([a, 1], [b, 5]));
    expect([...old.values()].map(({ numbers }) => numbers)).toEqual([2, 5]);
  });

  test('test_add', () => {
    const stats = new Stats(example());
    const sum = new Stats().add(stats, stats);
    expect([sum.totalCalls, sum.primCalls, sum.totalTt]).toEqual([8, 8, 1.5]);
    stats.add(stats); // to itself
    expect(stats.stats.get(idOf(WORK))).toMatchObject({
      calls: 6,
      callers: new Map([[idOf(MAIN), { func: MAIN, numbers: [6, 6, 0.5, 0.5] }]]),
    });
  });

  test('test_dump_and_load_works_correctly, test_load_equivalent_to_init', () => {
    const stats = new Stats(example());
    const file = join(folder, 'a.prof');
    stats.dumpStats(file);
    const empty = new Stats();
    empty.loadStats(pathToFileURL(file));
    expect([new Stats(file).stats, empty.stats]).toEqual([stats.stats, stats.stats]);
    expect(empty.files).toEqual([expect.stringMatching(/^\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4} {4}\/.*\/a\.prof$/)]);
  });

  test('test_loading_wrong_types', () => {
    expect(() => new Stats().loadStats(42 as never)).toThrow(
      new TypeError('Cannot create or construct a Stats object from 42'),
    );
    expect(() => new Stats({} as never)).toThrow(TypeError);
    expect(() => new Stats(profiler())).toThrow(TypeError);
  });

  test('test_sort_stats_int, _string, _partial, _enum', () => {
    const stats = new Stats(example());
    const type = (key: string | number | SortKey): string => stats.sortStats(key).sortType;
    expect([-1, 0, 1, 2].map(type)).toEqual(['standard name', 'call count', 'internal time', 'cumulative time']);
    for (const word of ['f', 'fi', 'fil', 'file', 'filen', 'filena', 'filenam', 'filename'])
      expect(type(word)).toBe('file name');
    for (const key of SortKey) expect(type(key)).toBe(type(key.value));
    expect(stats.sortStats('time', 'name').sortType).toBe('internal time, function name');
  });

  test('test_sort_starts_mix', () => {
    const stats = new Stats(example());
    const mixed = new TypeError("Can't have mixed argument type");
    expect(() => stats.sortStats('calls', SortKey.TIME)).toThrow(mixed);
    expect(() => stats.sortStats(SortKey.TIME, 'calls')).toThrow(mixed);
    expect(() => stats.sortStats('calls', 1)).toThrow(mixed);
  });

  test('test_get_stats_profile', () => {
    const same: FunctionKey = ['/src/other.ts', 7, 'work'];
    const { totalTt, funcProfiles, byStandardName } = new Stats(
      example(),
      profiler(entry(same, 2, 1)),
    ).getStatsProfile();
    expect([totalTt, [...funcProfiles.keys()]]).toEqual([1.75, ['main', 'work']]);
    expect([...byStandardName.keys()]).toEqual([
      '/src/app.ts:1(main)',
      '/src/work.ts:2(work)',
      '/src/other.ts:7(work)',
    ]);
    expect(funcProfiles.get('work')).toEqual({
      ncalls: '2',
      tottime: 1,
      percallTottime: 0.5,
      cumtime: 1,
      percallCumtime: 0.5,
      fileName: '/src/other.ts',
      lineNumber: 7,
    });
    expect(new Stats().getStatsProfile()).toEqual({ totalTt: 0, funcProfiles: new Map(), byStandardName: new Map() });
  });

  test('test_SortKey_enum', () => {
    expect([String(SortKey.FILENAME), SortKey.of('module')]).toEqual(['filename', SortKey.FILENAME]);
    expect([...SortKey].map(({ name }) => name)).toEqual([
      'CALLS',
      'CUMULATIVE',
      'FILENAME',
      'LINE',
      'NAME',
      'NFL',
      'PCALLS',
      'STDNAME',
      'TIME',
    ]);
    expect(() => SortKey.of('speed')).toThrow(new ValueError("'speed' is not a valid SortKey"));
  });
});

describe('a report', () => {
  test('restricted by a regular expression', () => {
    const text = reported((stats) => stats.sortStats('calls').printStats(/WORK/i), example());
    expect(text).toContain('   List reduced from 2 to 1 due to restriction </WORK/i>\n');
    const global = /work/g;
    expect(
      reported((stats) => stats.printStats(global).printStats(global), example()).match(/2\(work\)/g),
    ).toHaveLength(2);
  });

  test('of a subclass that writes its rows otherwise', () => {
    class Short extends Stats {
      protected override printTitle(): void {
        this.stream.write('name\n');
      }
      protected override printLine({ func }: FunctionStats): void {
        this.stream.write(`${func[2]}\n`);
      }
    }
    const parts: string[] = [];
    new Short(example(), { stream: { write: (part: string) => parts.push(part) } }).sortStats('name').printStats();
    expect(parts.join('')).toMatch(/\nname\nmain\nwork\n\n\n$/);
  });

  test('after add: those that were called are found anew', () => {
    const text = reported((stats) => {
      stats.printCallees();
      stats.add(profiler(entry(['/src/new.ts', 3, 'fresh'], 1, 1, [[MAIN, [1, 1, 1, 1]]])));
      stats.printCallees('main');
    }, example());
    expect(text).toContain('/src/new.ts:3(fresh)');
  });

  test('a profiler gives its table away', () => {
    const given = example();
    expect(new Stats(given).stats.size).toBe(2);
    expect(given.stats.size).toBe(0);
  });
});

describe('refused is', () => {
  const stats = new Stats(example());

  test('a key that is none, or ambiguous', () => {
    expect(() => stats.sortStats('speed')).toThrow(new KeyError('speed'));
    expect(() => stats.sortStats('c')).toThrow(KeyError);
    expect(() => stats.sortStats('')).toThrow(KeyError);
    expect(() => stats.sortStats(3)).toThrow(new KeyError(3));
    expect(() => stats.sortStats(0, 1)).toThrow(KeyError);
    expect(() => stats.sortStats({} as never)).toThrow(TypeError);
  });

  test('a file that is not there, or cannot be written', () => {
    expect(() => new Stats(join(folder, 'nothing.prof'))).toThrow(FileNotFoundError);
    expect(() => stats.dumpStats(join(folder, 'nothing', 'a.prof'))).toThrow(FileNotFoundError);
  });

  test.each<[string, Writable | Uint8Array, new (message: string) => Error, string]>([
    ['an empty file', new Uint8Array(), EOFError, 'EOF read where object expected'],
    ['a text', Buffer.from('hello'), ValueError, 'bad marshal data (unknown type code)'],
    ['a file of something else', [1, 2], ValueError, 'holds no profile: it is no dict'],
    ['a dict of something else', new Map([['a', 1]]), ValueError, 'an entry is no function with its numbers'],
    [
      'an entry without numbers',
      new Map([
        [
          ['a', 1, 'b'],
          [1, 1, 'x', 1, new Map()],
        ],
      ] as never),
      ValueError,
      'an entry has no numbers',
    ],
    [
      'a caller without numbers',
      new Map([
        [
          ['a', 1, 'b'],
          [1, 1, 1, 1, new Map([['c', 1]])],
        ],
      ] as never),
      ValueError,
      'a caller is no function',
    ],
  ])('%s', (_, content, type, message) => {
    const file = join(folder, 'foreign.prof');
    writeFileSync(file, content instanceof Uint8Array ? content : writeMarshal(content));
    expect(() => new Stats(file)).toThrow(type);
    expect(() => new Stats(file)).toThrow(message);
  });
});

describe('marshal', () => {
  const value = new Map<Writable, Writable>([
    [
      ['a', 1, 'ü'],
      [1, 2 ** 40, -(2 ** 50), new Float(2), 0.5, new Map()],
    ],
    ['text', [Number.MAX_SAFE_INTEGER, -1, 1e300]],
  ]);

  test('what is written is read', () => {
    expect(readMarshal(writeMarshal(value))).toEqual(
      new Map<unknown, unknown>([
        [
          ['a', 1, 'ü'],
          [1, 2 ** 40, -(2 ** 50), 2, 0.5, new Map()],
        ],
        ['text', [Number.MAX_SAFE_INTEGER, -1, 1e300]],
      ]),
    );
  });

  test('each beginning of a file, and each byte that is another, is read or refused', () => {
    const bytes = writeMarshal(value);
    for (let end = 0; end < bytes.length; end++) expect(() => readMarshal(bytes.subarray(0, end))).toThrow(EOFError);
    for (let at = 0; at < bytes.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = Uint8Array.from(bytes);
        changed[at] = byte;
        try {
          readMarshal(changed);
        } catch (error) {
          if (!(error instanceof EOFError || error instanceof ValueError)) throw error;
        }
      }
    }
  });

  test('what is nested too deeply is refused', () => {
    expect(() => readMarshal(Buffer.from(`${')\x01'.repeat(100_000)}N`, 'latin1'))).toThrow(ValueError);
  });
});
