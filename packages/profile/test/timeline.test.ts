import { channel } from 'node:diagnostics_channel';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Subject } from '../src/internal/notices.ts';
import { chromeTrace } from '../src/internal/timeline/chrome-trace.ts';
import { type ProcessRecord, Records, readRecords, type ThreadRecord } from '../src/internal/timeline/collect.ts';
import { type EventType, entriesOf, Log, readLog } from '../src/internal/timeline/log.ts';
import { Recorder } from '../src/internal/timeline/recorder.ts';
import { type Row, type Timeline, timelineOf } from '../src/internal/timeline/timeline.ts';
import { timelinePage } from '../src/internal/timeline/timeline-page.ts';

type Written = readonly [
  at: number,
  type: EventType,
  subject?: number,
  numbers?: { readonly wait?: number; readonly count?: number; readonly size?: number; readonly task?: number },
];

const LOCK: Subject = { kind: 'Lock', id: '1:1' };
const QUEUE: Subject = { kind: 'Queue', id: '1:2' };
const SEMAPHORE: Subject = { kind: 'Semaphore', id: '1:3' };

interface Made {
  readonly thread?: number;
  readonly name?: string;
  readonly subjects?: readonly Subject[];
  readonly tasks?: readonly string[];
}

function made(
  events: readonly Written[],
  { thread = 0, name, subjects = [LOCK], tasks = [] }: Made = {},
): ThreadRecord {
  const log = new Log();
  for (const [at, type, subject = -1, { task = -1, wait, count, size } = {}] of events)
    log.write(at, type, subject, task, wait, count, size);
  return { thread, name, subjects, tasks, ...readLog(log.memory) };
}

const processOf = (threads: readonly ThreadRecord[], pid = 1, command = 'program.ts'): ProcessRecord => {
  return { pid, command, threads };
};

/** A row's spans, in words. */
function spansOf({ spans }: Row, { subjects }: Timeline): string[] {
  return spans.map(({ kind, subject, from, to }) => `${kind} ${subjects[subject]!.label} ${from}-${to}`);
}

function rowsOf(timeline: Timeline): Record<string, string[]> {
  return Object.fromEntries(
    timeline.rows.flatMap((row) => (row.kind === 'process' ? [] : [[row.name, spansOf(row, timeline)]])),
  );
}

test('a wait ends when the lock is acquired in it, the hold when it is released', () => {
  const main = made([
    [0, 'begin'],
    [10, 'acquire', 0],
    [30, 'release', 0],
    [90, 'end'],
  ]);
  const other = made(
    [
      [5, 'begin'],
      [20, 'wait', 0, { wait: 1 }],
      [31, 'acquire', 0, { wait: 1 }],
      [32, 'waited', 0, { wait: 1 }],
      [50, 'release', 0],
      [60, 'end'],
    ],
    { thread: 3, name: 'Thread-1' },
  );
  const timeline = timelineOf([processOf([main, other])]);
  expect(rowsOf(timeline)).toEqual({
    MainThread: ['hold Lock 1 10-30'],
    'Thread-1': ['wait Lock 1 20-31', 'hold Lock 1 31-50'],
  });
  expect(timeline.rows.map(({ kind, name, from, to }) => [kind, name, from, to])).toEqual([
    ['process', 'program.ts', 0, 90],
    ['thread', 'MainThread', 0, 90],
    ['thread', 'Thread-1', 5, 60],
  ]);
  expect(timeline.subjects).toMatchObject([{ label: 'Lock 1', holds: 2, held: 39, waits: 1, waited: 11, longest: 11 }]);
});

test('who releases a lock need not have acquired it', () => {
  const main = made([
    [0, 'acquire', 0],
    [50, 'end'],
  ]);
  const other = made([[20, 'release', 0]], { thread: 1, name: 'other' });
  expect(rowsOf(timelineOf([processOf([main, other])]))).toEqual({ MainThread: ['hold Lock 1 0-20'], other: [] });
});

test('what has no end lasts as long as its thread, as far as that is known', () => {
  const main = made([
    [0, 'begin'],
    [100, 'end'],
  ]);
  const ended = made(
    [
      [0, 'acquire', 0],
      [10, 'wait', 1, { wait: 1 }],
      [70, 'end'],
    ],
    { thread: 1, name: 'ended', subjects: [LOCK, QUEUE] },
  );
  const terminated = made([[20, 'wait', 0, { wait: 1 }]], { thread: 2, name: 'terminated' });
  expect(rowsOf(timelineOf([processOf([main, ended, terminated])]))).toEqual({
    MainThread: [],
    ended: ['hold Lock 1 0-70', 'wait Queue 1 10-70'],
    terminated: ['wait Lock 1 20-100'],
  });
});

test('of the permits of a semaphore each has its hold; who releases several ends as many', () => {
  const events: Written[] = [
    [0, 'acquire', 0],
    [10, 'acquire', 0],
    [20, 'acquire', 0],
    [30, 'release', 0, { count: 1 }],
    [40, 'release', 0, { count: 2 }],
  ];
  const timeline = timelineOf([processOf([made(events, { subjects: [SEMAPHORE] })])]);
  expect(rowsOf(timeline).MainThread).toEqual([
    'hold Semaphore 1 0-30',
    'hold Semaphore 1 10-40',
    'hold Semaphore 1 20-40',
  ]);
  expect(timeline.rows[1]!.spans.map(({ lane }) => lane)).toEqual([0, 1, 2]);
});

test('tasks have rows of their own, behind their thread', () => {
  const main = made(
    [
      [0, 'begin'],
      [5, 'begin', -1, { task: 0 }],
      [6, 'begin', -1, { task: 1 }],
      [10, 'wait', 0, { task: 1, wait: 1 }],
      [20, 'waited', 0, { task: 1, wait: 1 }],
      [30, 'end', -1, { task: 1 }],
      [40, 'end'],
    ],
    { tasks: ['first', ''], subjects: [QUEUE] },
  );
  const { rows } = timelineOf([processOf([main])]);
  expect(rows.map(({ kind, name, from, to }) => [kind, name, from, to])).toEqual([
    ['process', 'program.ts', 0, 40],
    ['thread', 'MainThread', 0, 40],
    ['task', 'first', 5, 40],
    ['task', 'task 2', 6, 30],
  ]);
});

test('workers of which nothing is known are shown if something happened in them', () => {
  const idle = made([[0, 'begin']], { thread: 1 });
  const busy = made([[0, 'acquire', 0]], { thread: 2 });
  expect(Object.keys(rowsOf(timelineOf([processOf([made([[0, 'begin']]), idle, busy])])))).toEqual([
    'MainThread',
    'worker 2',
  ]);
});

test('objects of the same number in two processes are two', () => {
  const one = processOf([made([[0, 'acquire', 0]])], 1);
  const two = processOf([made([[0, 'acquire', 0]])], 2);
  expect(timelineOf([one, two]).subjects.map(({ label }) => label)).toEqual(['Lock 1', 'Lock 2']);
});

test('a child process has a row, from its start to its end; one that was recorded has its own', () => {
  const children: Subject[] = [2, 3].map((pid) => ({ kind: 'Process', id: `process ${pid}`, name: `child ${pid}` }));
  const main = made(
    [
      [0, 'begin'],
      [10, 'spawn', 0],
      [20, 'spawn', 1],
      [50, 'exit', 0],
      [60, 'exit', 1],
      [70, 'end'],
    ],
    { subjects: children },
  );
  const recorded = processOf([made([[30, 'begin']])], 3, 'child.ts');
  const { rows } = timelineOf([processOf([main]), recorded]);
  expect(rows.map(({ kind, name, from, to }) => [kind, name, from, to])).toEqual([
    ['process', 'program.ts', 0, 70],
    ['thread', 'MainThread', 0, 70],
    ['process', 'child.ts', 30, 30],
    ['thread', 'MainThread', 30, 30],
    ['process', 'child 2', 10, 50],
  ]);
});

test('how many items a queue had is known from puts and gets', () => {
  const events: Written[] = [
    [10, 'put', 0, { count: 1, size: 1 }],
    [20, 'put', 0, { count: 2, size: 3 }],
    [30, 'get', 0, { count: 1, size: 2 }],
  ];
  const timeline = timelineOf([processOf([made(events, { subjects: [QUEUE] })])]);
  expect(timeline.subjects[0]!.sizes).toEqual([
    [10, 1],
    [20, 3],
    [30, 2],
  ]);
  expect(timeline.rows[1]!.marks).toMatchObject([{ type: 'put' }, { type: 'put', count: 2 }, { type: 'get' }]);
  const counters = JSON.parse([...chromeTrace(timeline)].join('')).traceEvents.filter(
    ({ ph }: { ph: string }) => ph === 'C',
  );
  expect(counters.map(({ ts, args }: { ts: number; args: object }) => [ts, args])).toEqual([
    [10, { size: 1 }],
    [20, { size: 3 }],
    [30, { size: 2 }],
  ]);
});

test('in a Chrome trace spans of one track do not overlap', () => {
  const events: Written[] = [
    [0, 'acquire', 0],
    [10, 'wait', 1, { wait: 1 }],
    [15, 'wait', 1, { wait: 2 }],
    [20, 'waited', 1, { wait: 1 }],
    [30, 'waited', 1, { wait: 2 }],
    [40, 'release', 0],
    [40, 'set', 0],
  ];
  const { traceEvents } = JSON.parse(
    [...chromeTrace(timelineOf([processOf([made(events, { subjects: [LOCK, QUEUE] })])]))].join(''),
  ) as { traceEvents: Record<string, never>[] };
  const spans = traceEvents.filter(({ ph }) => ph === 'X').map(({ name, tid, ts, dur }) => [name, tid, ts, dur]);
  expect(spans).toEqual([
    ['holds Lock 1', 0, 0, 40],
    ['waits for Queue 1', 1, 10, 10],
    ['waits for Queue 1', 2, 15, 15],
  ]);
  const names = traceEvents.filter(({ name }) => name === 'thread_name').map(({ args }) => args);
  expect(names).toEqual([{ name: 'MainThread' }, { name: 'MainThread (2)' }, { name: 'MainThread (3)' }]);
  expect(traceEvents.filter(({ ph }) => ph === 'i')).toMatchObject([{ name: 'set Lock 1', ts: 40, tid: 0 }]);
});

test('the page needs nothing else, and no name ends its script', () => {
  const main = made([[0, 'acquire', 0]], { subjects: [{ kind: 'Thread', id: 'x', name: '</script><b>' }] });
  const page = timelinePage(timelineOf([processOf([main])]));
  expect(page).not.toMatch(/https?:|src=|href=/);
  expect(page).not.toContain('<b>');
  const data = JSON.parse(/<script id="data"[^>]*>(.*?)<\/script>/s.exec(page)![1]!);
  expect(data.subjects[0].slice(0, 3)).toEqual(['</script><b>', 'Thread', 1]);
});

test('a log grows; one that is full says so, and keeps what it has', () => {
  const log = new Log(3000);
  for (let i = 0; i < 4000; i++) log.write(i, 'put', 0, -1, 0, 1, i);
  const { records, isFull } = readLog(log.memory);
  const sizes = Array.from(entriesOf(records), ({ size }) => size);
  expect([sizes.length, sizes[2999], isFull]).toEqual([3000, 2999, true]);
});

test('what is told on the channels is in the record', () => {
  const folder = mkdtempSync(join(tmpdir(), 'prac-timeline-'));
  const records = new Records();
  const recorder = new Recorder(process.hrtime(), (told) => records.take({ ...told, thread: 0 }));
  const task = {};
  const part = { [Symbol.for('prac.sync.parent')]: task };
  channel('prac:task').publish({ type: 'begin', kind: 'task', name: 'mine', task });
  channel('prac:lock').publish({ type: 'acquire', subject: LOCK, task: part, wait: 0 });
  channel('prac:queue').publish({ type: 'put', subject: QUEUE, task: {}, wait: 0, count: 1, size: 1 });
  channel('prac:process').publish({ type: 'spawn', pid: 99, args: ['ls', '-l'] });
  channel('prac:lock').publish({ type: 'what nobody knows', subject: LOCK });
  recorder.end();
  records.write(folder);
  const [record] = readRecords(folder);
  expect(record!.pid).toBe(process.pid);
  const [main] = record!.threads;
  expect(main!.subjects).toMatchObject([LOCK, QUEUE, { kind: 'Process', id: 'process 99', name: 'ls -l' }]);
  expect(main!.tasks).toEqual(['mine']);
  const entries = Array.from(entriesOf(main!.records), ({ type, subject, task }) => [type, subject, task]);
  expect(entries).toEqual([
    ['begin', -1, -1],
    ['begin', -1, 0],
    ['acquire', 0, 0],
    ['put', 1, -1],
    ['spawn', 2, -1],
    ['end', -1, -1],
  ]);
});

test('a lock that is taken over from who has died has one holder', () => {
  const dead = made([[0, 'acquire', 0]], { thread: 1, name: 'dead' });
  const heir = made([
    [50, 'acquire', 0],
    [60, 'release', 0],
    [100, 'end'],
  ]);
  expect(rowsOf(timelineOf([processOf([dead, heir])]))).toEqual({
    dead: ['hold Lock 1 0-50'],
    MainThread: ['hold Lock 1 50-60'],
  });
});

test('very many tasks, permits and things at a time', () => {
  const tasks = Array.from({ length: 150_000 }, (_, task): Written => [task, 'begin', -1, { task }]);
  const timeline = timelineOf([processOf([made(tasks, { tasks: tasks.map(() => 't') })])]);
  expect(timeline.rows).toHaveLength(150_002);
  const many: Written[] = [];
  for (let i = 0; i < 60_000; i++) many.push([i, 'acquire', 0]);
  many.push([60_000, 'release', 0, { count: 2 ** 30 }]);
  const { rows } = timelineOf([processOf([made(many, { subjects: [SEMAPHORE] })])]);
  expect(rows[1]!.spans.every(({ to }) => to === 60_000)).toBe(true);
  expect(Math.max(...rows[1]!.spans.slice(-10).map(({ lane }) => lane))).toBe(63);
});

test('of a thread whose log was full nothing is known after that', () => {
  const busy = {
    ...made(
      [
        [0, 'acquire', 0],
        [10, 'set', 0],
      ],
      { thread: 1, name: 'busy' },
    ),
    isFull: true,
  };
  const timeline = timelineOf([processOf([busy, made([[500, 'end']])])]);
  expect(rowsOf(timeline).busy).toEqual(['hold Lock 1 0-10']);
  expect([timeline.full, timeline.rows[1]!.to]).toEqual([['busy'], 10]);
});

test('what is done while a thread ends comes behind its end', () => {
  const events: Written[] = [
    [10, 'end'],
    [20, 'acquire', 0],
  ];
  const timeline = timelineOf([processOf([made(events)])]);
  expect([rowsOf(timeline).MainThread, timeline.rows[1]!.to]).toEqual([['hold Lock 1 20-20'], 20]);
});

test('an event of which it is not known what it is about is left out', () => {
  expect(rowsOf(timelineOf([processOf([made([[0, 'acquire', 7]])])]))).toEqual({ MainThread: [] });
});

test('a recorder whose memory is full listens no more', () => {
  const records = new Records();
  const recorder = new Recorder(process.hrtime(), (told) => records.take({ ...told, thread: 5 }));
  const locks = channel('prac:lock');
  expect(locks.hasSubscribers).toBe(true);
  while (locks.hasSubscribers) locks.publish({ type: 'set', subject: LOCK });
  recorder.end();
  expect(channel('prac:queue').hasSubscribers).toBe(false);
});
