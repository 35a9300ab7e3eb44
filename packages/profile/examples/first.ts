import { type FunctionKey, type FunctionStats, SortKey, Stats } from '@prac/profile';

// A profile that `python3 -m cProfile -o app.prof app.py` has written is read in the same way: new Stats('app.prof').
const [main, work]: FunctionKey[] = [
  ['/src/app.ts', 1, 'main'],
  ['/src/app.ts', 9, 'work'],
];
const stats = new Map<string, FunctionStats>([
  ['main', { func: main!, primitiveCalls: 1, calls: 1, tottime: 0.25, cumtime: 0.75, callers: new Map() }],
  [
    'work',
    {
      func: work!,
      primitiveCalls: 1,
      calls: 3,
      tottime: 0.5,
      cumtime: 0.5,
      callers: new Map([['main', { func: main!, numbers: [3, 1, 0.5, 0.5] }]]),
    },
  ],
]);

new Stats({ createStats() {}, stats }).stripDirs().sortStats(SortKey.TIME).printStats(10);
