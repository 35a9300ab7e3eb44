import type { Mask } from '../../framework/mask.ts';

/** What JavaScript and Python call the two truth values. */
export const BOOLEANS: readonly Mask[] = [
  { pattern: /\bTrue\b/g, by: 'true' },
  { pattern: /\bFalse\b/g, by: 'false' },
];

/** A line of the log; `text` is a pattern. */
export function logged(threadName: string, text: string): RegExp {
  return new RegExp(`\\(${literally(threadName.padEnd(10))}\\) ${text}`);
}

/** A line of the log that begins with the time. */
export function loggedWithTime(threadName: string, text: string): RegExp {
  return new RegExp(
    `\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d,\\d{3} \\(${literally(threadName.padEnd(2))}\\) ${text}`,
  );
}

/** Hides the times of such lines. */
export const TIMES: Mask = { pattern: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}/gm, by: '<time>' };

/** The numbers of the lines that are like this. */
function places(output: string, line: RegExp): number[] {
  return output.split('\n').flatMap((text, index) => (line.test(text) ? [index] : []));
}

/** Whether one kind of line comes only when another has come for the last time. */
export function allBefore(output: string, first: RegExp, then: RegExp): boolean {
  return Math.max(...places(output, first)) < Math.min(...places(output, then));
}

function literally(text: string): string {
  return text.replace(/[()]/g, '\\$&');
}
