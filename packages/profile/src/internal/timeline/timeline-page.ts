// Long because it is one page.
import type { Timeline } from './timeline.ts';

/*
 * A page that shows a timeline: a row for each process, thread and task, in it what it held (filled) and what it waited for (striped), a
 * colour for each object. It needs nothing else: no server, no network.
 *
 *   data   rows: [kind, name, from, to, spans, marks] │ spans: [0 wait, 1 hold; subject; from; to; lane] │ marks: [type, subject, at, count]
 *          subjects: [label, kind, holds, held, waits, waited, longest, sizes]                          times in microseconds
 *
 * The wheel with Ctrl, and the keys + and -, stretch the time, arrows and dragging move it. A click shows one object alone.
 */
export function timelinePage({ rows, subjects, end, full }: Timeline): string {
  const round = (time: number): number => Math.round(10 * time) / 10;
  const data = {
    end: round(end),
    full,
    rows: rows.map(({ kind, name, from, to, spans, marks }) => [
      kind,
      name,
      round(from),
      round(to),
      spans.map((span) => [span.kind === 'wait' ? 0 : 1, span.subject, round(span.from), round(span.to), span.lane]),
      marks.map(({ type, subject, at, count }) => [type, subject, round(at), count]),
    ]),
    subjects: subjects.map(({ label, kind, holds, held, waits, waited, longest, sizes }) => {
      const rounded = sizes.map(([at, size]) => [round(at), size]);
      return [label, kind, holds, round(held), waits, round(waited), round(longest), rounded];
    }),
  };
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Timeline</title>
<style>${STYLE}</style>
</head>
<body>
<header><button id="all">All</button><button id="in" aria-label="Stretch">+</button><button id="out" aria-label="Shrink">−</button><output id="told"></output></header>
<main><canvas id="chart" tabindex="0" role="img" aria-label="What each thread held and waited for"></canvas></main>
<table><thead><tr><th>object<th>held<th>times<th>waited for<th>times<th>longest wait</tr></thead><tbody id="subjects"></tbody></table>
<script id="data" type="application/json">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>
<script>(${String(page)})();</script>
</body>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; }
body { font: 12px/18px system-ui, sans-serif; margin: 0; color: #222; background: #fff; }
header { display: flex; gap: 8px; padding: 8px; position: sticky; top: 0; background: inherit; z-index: 1; }
output { flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
canvas { display: block; width: 100%; cursor: crosshair; touch-action: pan-y; }
table { border-collapse: collapse; margin: 16px 8px; }
th, td { padding: 2px 12px 2px 4px; text-align: right; font-variant-numeric: tabular-nums; }
th:first-child, td:first-child { text-align: left; }
tbody tr { cursor: pointer; }
tbody tr:hover, tbody tr:focus, tbody tr.picked { background: #8883; }
td i { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 6px; }
@media (prefers-color-scheme: dark) { body { color: #eee; background: #1a1a1a; } }
`;

// biome-ignore lint/suspicious/noExplicitAny: it runs in a browser, whose types are not here
declare const document: any, window: any, getComputedStyle: any, devicePixelRatio: number;

/** What runs in the page: it has nothing from outside. */
function page(): void {
  const [LANE, GAP, AXIS, NAMES, SIZES] = [16, 8, 22, 190, 34] as const;
  const [HIGHEST, MOST_QUEUES] = [28_000, 50] as const;
  type Span = [isHold: number, subject: number, from: number, to: number, lane: number];
  type Mark = [type: string, subject: number, at: number, count: number];
  type Row = [kind: string, name: string, from: number, to: number, spans: Span[], marks: Mark[]];
  type Subject = [
    label: string,
    kind: string,
    holds: number,
    held: number,
    waits: number,
    waited: number,
    longest: number,
    sizes: [number, number][],
  ];
  const byId = (id: string): typeof document => document.getElementById(id);
  const { end, full, rows, subjects } = JSON.parse(byId('data').textContent) as {
    end: number;
    full: string[];
    rows: Row[];
    subjects: Subject[];
  };
  const [canvas, told] = ['chart', 'told'].map(byId);
  const context = canvas.getContext('2d');
  const lengthOf = (us: number): string =>
    us < 1000 ? `${us.toFixed(1)} µs` : us < 1e6 ? `${(us / 1000).toFixed(3)} ms` : `${(us / 1e6).toFixed(3)} s`;

  // Where the rows are: as many as a canvas has room for.
  const tops: number[] = [];
  let height: number = AXIS;
  for (const [, , , , spans] of rows) {
    const tall = LANE * spans.reduce((most, span) => Math.max(most, span[4] + 1), 1) + GAP;
    if (height + tall > HIGHEST / devicePixelRatio) break;
    tops.push(height);
    height += tall;
  }
  const missing = rows.length - tops.length;
  rows.length = tops.length;
  const queues = subjects
    .flatMap(([, , , , , , , sizes], subject) => (sizes.length > 0 ? [subject] : []))
    .slice(0, MOST_QUEUES);
  const sizesTop = height;
  height += SIZES * queues.length;

  const total = end || 1;
  let [from, to] = [0, total];
  let width = 0;
  let picked: number | undefined;
  const x = (at: number): number => NAMES + ((at - from) / (to - from)) * (width - NAMES);
  const timeAt = (place: number): number => from + ((place - NAMES) / (width - NAMES)) * (to - from);
  const hue = (subject: number): number => (subject * 137.5 + 210) % 360;
  const color = (subject: number, alpha = 1): string => `hsl(${hue(subject)} 60% 55% / ${alpha})`;

  /** A step of the axis: 1, 2 or 5 times a power of ten. */
  const stepOf = (most: number): number => {
    const power = 10 ** Math.floor(Math.log10(most));
    return [1, 2, 5, 10].map((n) => n * power).find((step) => step >= most)!;
  };
  const drawAxis = (ink: string): void => {
    const step = stepOf((to - from) / Math.max(2, (width - NAMES) / 110));
    for (let at = Math.ceil(from / step) * step; at <= to; at += step) {
      context.fillStyle = '#8884';
      context.fillRect(x(at), AXIS - 4, 1, height - AXIS + 4);
      context.fillStyle = ink;
      context.fillText(lengthOf(Math.round(at * 10) / 10).replace(/\.?0+ /, ' '), x(at) + 3, 12);
    }
  };
  const clip = (text: string, room: number): string => {
    if (context.measureText(text).width <= room) return text;
    let short = text;
    while (short.length > 0 && context.measureText(`${short}…`).width > room) short = short.slice(0, -1);
    return short === '' ? '' : `${short}…`;
  };
  const drawSpan = ([isHold, subject, begun, ended, lane]: Span, top: number, ink: string): void => {
    if (ended < from || begun > to) return;
    const left = Math.max(x(begun), NAMES);
    const long = Math.max(Math.min(x(ended), width) - left, 1);
    const y = top + lane * LANE;
    context.globalAlpha = picked === undefined || picked === subject ? 1 : 0.12;
    context.fillStyle = color(subject, isHold ? 0.85 : 0.18);
    context.fillRect(left, y, long, LANE - 2);
    if (!isHold) {
      context.save();
      context.beginPath();
      context.rect(left, y, long, LANE - 2);
      context.clip();
      context.strokeStyle = color(subject, 0.8);
      context.beginPath();
      for (let at = left - LANE - (left % 6); at < left + long; at += 6) {
        context.moveTo(at, y + LANE);
        context.lineTo(at + LANE, y);
      }
      context.stroke();
      context.restore();
    }
    if (long > 40) {
      context.fillStyle = isHold ? '#000' : ink;
      context.fillText(clip(subjects[subject]![0], long - 6), left + 3, y + 11);
    }
    context.globalAlpha = 1;
  };
  const drawMark = ([type, subject, at]: Mark, top: number): void => {
    if (at < from || at > to) return;
    context.globalAlpha = picked === undefined || picked === subject ? 1 : 0.12;
    context.fillStyle = color(subject);
    const [place, y] = [x(at), top + LANE - 1];
    const up = type === 'get' ? -5 : 5;
    context.beginPath();
    context.moveTo(place, y + (up > 0 ? 0 : 5));
    context.lineTo(place - 3, y + (up > 0 ? 5 : 0));
    context.lineTo(place + 3, y + (up > 0 ? 5 : 0));
    context.fill();
    context.globalAlpha = 1;
  };
  const drawSizes = (subject: number, top: number, ink: string): void => {
    const [label, , , , , , , sizes] = subjects[subject]!;
    const most = sizes.reduce((size, [, next]) => Math.max(size, next), 1);
    context.fillStyle = ink;
    context.fillText(clip(`${label}: items (at most ${most})`, NAMES - 12), 8, top + SIZES - 10);
    context.fillStyle = color(subject, picked === undefined || picked === subject ? 0.6 : 0.12);
    let filled = -9;
    sizes.forEach(([at, size], i) => {
      const until = sizes[i + 1]?.[0] ?? end;
      if (until < from || at > to || size === 0 || x(until) - filled < 0.5) return;
      filled = x(until);
      const left = Math.max(x(at), NAMES);
      const tall = ((SIZES - 8) * size) / most;
      context.fillRect(left, top + SIZES - 4 - tall, Math.max(x(until) - left, 0.5), tall);
    });
  };
  const draw = (): void => {
    width = canvas.clientWidth;
    canvas.style.height = `${height}px`;
    [canvas.width, canvas.height] = [width * devicePixelRatio, height * devicePixelRatio];
    context.scale(devicePixelRatio, devicePixelRatio);
    context.font = '11px system-ui, sans-serif';
    const ink = getComputedStyle(document.body).color;
    context.clearRect(0, 0, width, height);
    drawAxis(ink);
    rows.forEach(([kind, name, begun, ended, spans, marks], i) => {
      const top = tops[i]!;
      context.fillStyle = ink;
      context.font = `${kind === 'process' ? 'bold ' : ''}11px system-ui, sans-serif`;
      const indent = { process: 8, thread: 16, task: 28 }[kind]!;
      context.fillText(clip(name, NAMES - indent - 4), indent, top + 11);
      context.font = '11px system-ui, sans-serif';
      const left = Math.max(x(begun), NAMES);
      context.fillStyle = '#8882';
      const bottom = (tops[i + 1] ?? sizesTop) - GAP;
      if (ended > from && begun < to)
        context.fillRect(left, top, Math.max(x(Math.min(ended, to)) - left, 1), bottom - top - 2);
      const drawn: number[] = []; // up to where, in each lane: what is narrower than a pixel is drawn once
      for (const span of spans) {
        const right = x(span[3]);
        if (right - (drawn[span[4]] ?? -1) < 0.5) continue;
        drawn[span[4]] = Math.max(right, x(span[2]) + 1);
        drawSpan(span, top, ink);
      }
      let marked = -9;
      for (const mark of marks) {
        if (x(mark[2]) - marked < 0.5) continue;
        marked = x(mark[2]);
        drawMark(mark, top);
      }
    });
    for (const [i, subject] of queues.entries()) drawSizes(subject, sizesTop + i * SIZES, ink);
  };

  /** What is at a place of the chart. */
  const found = (px: number, py: number): { subject?: number; text: string } => {
    const at = timeAt(px);
    const i = tops.findLastIndex((top) => top <= py);
    if (i < 0 || py >= sizesTop || px < NAMES) return { text: px < NAMES && i >= 0 ? (rows[i]?.[1] ?? '') : '' };
    const [, name, , , spans, marks] = rows[i]!;
    const slack = (to - from) / (width - NAMES);
    const mark = marks.find((each) => Math.abs(each[2] - at) <= 3 * slack && py > tops[i]! + LANE - 3);
    if (mark !== undefined) {
      const [type, subject, when, count] = mark;
      const many = count > 1 ? ` (${count})` : '';
      return { subject, text: `${name}: ${type} ${subjects[subject]![0]}${many} at ${lengthOf(when)}` };
    }
    const lane = Math.floor((py - tops[i]!) / LANE);
    const span = spans.find((each) => each[4] === lane && each[2] - slack <= at && at <= each[3] + slack);
    if (span === undefined) return { text: `${name}, ${lengthOf(at)}` };
    const [isHold, subject, begun, ended] = span;
    const what = `${isHold ? 'holds' : 'waits for'} ${subjects[subject]![0]}`;
    return {
      subject,
      text: `${name} ${what}: ${lengthOf(ended - begun)}, from ${lengthOf(begun)} to ${lengthOf(ended)}`,
    };
  };
  const pick = (subject: number | undefined): void => {
    picked = picked === subject ? undefined : subject;
    for (const [i, line] of [...byId('subjects').children].entries()) line.className = i === picked ? 'picked' : '';
    draw();
  };
  const show = (begin: number, length: number): void => {
    const long = Math.min(Math.max(length, 1), total);
    from = Math.min(Math.max(begin, 0), total - long);
    to = from + long;
    byId('all').disabled = long === total;
    draw();
  };
  const stretch = (factor: number, around = (from + to) / 2): void =>
    show(around - (around - from) * factor, (to - from) * factor);

  let dragged: { readonly px: number; readonly begin: number; hasMoved: boolean } | undefined;
  canvas.onwheel = (event: typeof window) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    stretch(1.002 ** event.deltaY, timeAt(event.offsetX));
  };
  canvas.onpointerdown = (event: typeof window) => {
    dragged = { px: event.offsetX, begin: from, hasMoved: false };
    canvas.setPointerCapture(event.pointerId);
  };
  canvas.onpointermove = (event: typeof window) => {
    if (dragged === undefined) {
      told.textContent = found(event.offsetX, event.offsetY).text;
      return;
    }
    dragged.hasMoved ||= Math.abs(event.offsetX - dragged.px) > 3;
    if (dragged.hasMoved)
      show(dragged.begin - ((event.offsetX - dragged.px) / (width - NAMES)) * (to - from), to - from);
  };
  canvas.onpointerup = (event: typeof window) => {
    if (dragged?.hasMoved === false) pick(found(event.offsetX, event.offsetY).subject);
    dragged = undefined;
  };
  canvas.onkeydown = (event: typeof window) => {
    const step = (to - from) / 8;
    const act: Record<string, () => void> = {
      '+': () => stretch(0.5),
      '-': () => stretch(2),
      '0': () => show(0, total),
      ArrowLeft: () => show(from - step, to - from),
      ArrowRight: () => show(from + step, to - from),
    };
    act[event.key]?.();
  };
  byId('all').onclick = () => show(0, total);
  byId('in').onclick = () => stretch(0.5);
  byId('out').onclick = () => stretch(2);
  subjects.forEach(([label, , holds, held, waits, waited, longest], subject) => {
    const line = document.createElement('tr');
    const cells = [
      label,
      holds ? lengthOf(held) : '',
      holds || '',
      waits ? lengthOf(waited) : '',
      waits || '',
      waits ? lengthOf(longest) : '',
    ];
    for (const text of cells) line.insertCell().textContent = text;
    const sample = document.createElement('i');
    sample.style.background = color(subject);
    line.firstChild.prepend(sample);
    line.tabIndex = 0;
    line.onclick = () => pick(subject);
    line.onkeydown = (event: { key: string }) => event.key === 'Enter' && pick(subject);
    byId('subjects').append(line);
  });
  if (missing > 0) told.textContent = `${missing} more rows have no room here`;
  if (full.length > 0) told.textContent = `too much happened in ${full.join(', ')}: the end is missing`;
  window.onresize = draw;
  show(0, total);
}
