import type { RowResult } from '../alternate.ts';

/** The figures as a Markdown table, padded so that it also reads well in a terminal. */
export function table(results: readonly RowResult[]): string {
  const cells = [
    ['what', 'median', 'min', 'ratio'],
    ...results.map(({ name, skip, median, min, ratio }) =>
      skip === undefined
        ? [name, duration(median), duration(min), ratio.toFixed(2)]
        : [`${name} (skipped: ${skip})`, '', '', ''],
    ),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(5, ...cells.map((row) => row[column]!.length)));
  const [head, ...body] = cells.map((row) => line(row.map((cell, i) => pad(cell, widths[i]!, i))));
  const rule = line(widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [head, rule, ...body].join('\n');
}

/** Seconds with three significant digits and the unit that suits them. */
export function duration(seconds: number): string {
  for (const [unit, size] of [
    ['s', 1],
    ['ms', 1e-3],
    ['µs', 1e-6],
  ] as const) {
    if (seconds >= size) return `${significant(seconds / size)} ${unit}`;
  }
  return `${significant(seconds / 1e-9)} ns`;
}

function significant(figure: number): string {
  return figure >= 100 ? figure.toFixed(0) : figure >= 10 ? figure.toFixed(1) : figure.toFixed(2);
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
