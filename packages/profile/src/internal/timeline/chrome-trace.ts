import type { Row, Timeline } from './timeline.ts';

/*
 * The Trace Event Format, which ui.perfetto.dev and chrome://tracing read. Spans of one track may be in each other, but not overlap: each
 * lane of a row is a track.
 */
type TraceEvent = Readonly<Record<string, unknown>>;

export function chromeTrace(timeline: Timeline): string {
  const parts: TraceEvent[][] = []; // very many: they cannot be arguments
  let tid = 0;
  for (const row of timeline.rows) {
    if (row.kind === 'process')
      parts.push([{ ph: 'M', name: 'process_name', pid: row.pid, tid: 0, args: { name: row.name } }]);
    else {
      const lanes = row.spans.reduce((most, { lane }) => Math.max(most, lane + 1), 1);
      parts.push(trackNames(row, tid, lanes), eventsOf(row, tid, timeline));
      tid += lanes;
    }
  }
  parts.push(sizesOf(timeline));
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: parts.flat() });
}

function trackNames({ name, pid, kind }: Row, first: number, lanes: number): TraceEvent[] {
  const indent = kind === 'task' ? '  ' : '';
  return Array.from({ length: lanes }, (_, lane) => [
    {
      ph: 'M',
      name: 'thread_name',
      pid,
      tid: first + lane,
      args: { name: `${indent}${name}${lane === 0 ? '' : ` (${lane + 1})`}` },
    },
    { ph: 'M', name: 'thread_sort_index', pid, tid: first + lane, args: { sort_index: first + lane } },
  ]).flat();
}

function eventsOf({ spans, marks, pid }: Row, first: number, { subjects }: Timeline): TraceEvent[] {
  return [
    ...spans.map(({ kind, subject, from, to, lane }) => {
      const name = `${kind === 'wait' ? 'waits for' : 'holds'} ${subjects[subject]!.label}`;
      return { ph: 'X', cat: kind, name, pid, tid: first + lane, ts: from, dur: to - from };
    }),
    ...marks.map(({ type, subject, at, count }) => {
      const name = `${type} ${subjects[subject]!.label}`;
      return { ph: 'i', s: 't', cat: type, name, pid, tid: first, ts: at, args: { count } };
    }),
  ];
}

function sizesOf({ subjects, rows }: Timeline): TraceEvent[] {
  const pid = rows[0]?.pid;
  return subjects.flatMap(({ label, sizes }) =>
    sizes.map(([ts, size]) => ({ ph: 'C', name: label, pid, ts, args: { size } })),
  );
}
