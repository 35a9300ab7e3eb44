import type { Row, Timeline } from './timeline.ts';

/*
 * The Trace Event Format, which ui.perfetto.dev and chrome://tracing read. Spans of one track may be in each other, but not overlap: each
 * lane of a row is a track.
 */
type TraceEvent = Readonly<Record<string, unknown>>;

/** The text, in pieces: it may be longer than a text can be. */
export function* chromeTrace(timeline: Timeline): Generator<string> {
  let before = '{"displayTimeUnit":"ms","traceEvents":[\n';
  for (const event of eventsOf(timeline)) {
    yield `${before}${JSON.stringify(event)}`;
    before = ',\n';
  }
  yield before === ',\n' ? '\n]}\n' : `${before}]}\n`;
}

function* eventsOf(timeline: Timeline): Generator<TraceEvent> {
  let tid = 0;
  for (const row of timeline.rows) {
    if (row.kind === 'process') {
      yield { ph: 'M', name: 'process_name', pid: row.pid, tid: 0, args: { name: row.name } };
      continue;
    }
    const lanes = row.spans.reduce((most, { lane }) => Math.max(most, lane + 1), 1);
    yield* tracksOf(row, tid, lanes);
    yield* eventsOfRow(row, tid, timeline);
    tid += lanes;
  }
  for (const { label, sizes, pid } of timeline.subjects)
    for (const [ts, size] of sizes) yield { ph: 'C', name: label, pid, ts: round(ts), args: { size } };
}

function* tracksOf({ name, pid, kind }: Row, first: number, lanes: number): Generator<TraceEvent> {
  const indent = kind === 'task' ? '  ' : '';
  for (let lane = 0; lane < lanes; lane++) {
    const tid = first + lane;
    const label = `${indent}${name}${lane === 0 ? '' : ` (${lane + 1})`}`;
    yield { ph: 'M', name: 'thread_name', pid, tid, args: { name: label } };
    yield { ph: 'M', name: 'thread_sort_index', pid, tid, args: { sort_index: tid } };
  }
}

function* eventsOfRow({ spans, marks, pid }: Row, first: number, { subjects }: Timeline): Generator<TraceEvent> {
  for (const { kind, subject, from, to, lane } of spans) {
    const name = `${kind === 'wait' ? 'waits for' : 'holds'} ${subjects[subject]!.label}`;
    yield { ph: 'X', cat: kind, name, pid, tid: first + lane, ts: round(from), dur: round(to - from) };
  }
  for (const { type, subject, at, count } of marks) {
    const name = `${type} ${subjects[subject]!.label}`;
    yield { ph: 'i', s: 't', cat: type, name, pid, tid: first, ts: round(at), args: { count } };
  }
}

/** To nanoseconds. */
function round(time: number): number {
  return Math.round(1000 * time) / 1000;
}
