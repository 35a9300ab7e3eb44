// The cost of making an error, and of asking for its class, against a plain subclass of Error.
// Rounds alternate between the rows; each row's figure is the median over its rounds.
import assert from 'node:assert/strict';
import { ExceptionGroup, OSError, ValueError } from '@prac/exceptions';

const ROUNDS = 15;
const CALLS = 20_000;

class PlainError extends Error {}
PlainError.prototype.name = 'PlainError';
class PortOutOfRange extends ValueError {}

const plain = new PlainError('x');
const value = new ValueError('x');

type Row = { readonly what: string; readonly call: () => unknown; readonly base: string };

const MAKE_PLAIN = 'new PlainError(text)';
const ASK_PLAIN = 'plain instanceof PlainError';
const rows: readonly Row[] = [
  { what: MAKE_PLAIN, call: () => new PlainError('x'), base: MAKE_PLAIN },
  { what: 'new ValueError(text)', call: () => new ValueError('x'), base: MAKE_PLAIN },
  { what: 'new PortOutOfRange(text)', call: () => new PortOutOfRange('x'), base: MAKE_PLAIN },
  { what: 'new OSError(5)', call: () => new OSError(5), base: MAKE_PLAIN },
  { what: 'new OSError(2), a FileNotFoundError', call: () => new OSError(2), base: MAKE_PLAIN },
  { what: 'new ExceptionGroup(text, [error])', call: () => new ExceptionGroup('x', [value]), base: MAKE_PLAIN },
  { what: ASK_PLAIN, call: () => plain instanceof PlainError, base: ASK_PLAIN },
  { what: 'value instanceof ValueError', call: () => value instanceof ValueError, base: ASK_PLAIN },
  { what: 'value instanceof PortOutOfRange', call: () => !(value instanceof PortOutOfRange), base: ASK_PLAIN },
];

const samples = new Map<string, number[]>(rows.map(({ what }) => [what, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const { what, call } of rows) samples.get(what)!.push(nanosecondsPer(call));
}
const medians = new Map([...samples].map(([what, figures]) => [what, figures.sort((a, b) => a - b)[ROUNDS >> 1]!]));

console.log(`node ${process.version}, ${process.arch}, median of ${ROUNDS} alternating rounds of ${CALLS} calls\n`);
console.log(`| ${'what'.padEnd(36)} | ${'ns'.padStart(7)} | ratio |\n|${'-'.repeat(38)}|${'-'.repeat(8)}:|------:|`);
for (const { what, base } of rows) {
  const nanoseconds = medians.get(what)!;
  const ratio = (nanoseconds / medians.get(base)!).toFixed(2);
  console.log(`| ${what.padEnd(36)} | ${nanoseconds.toFixed(1).padStart(7)} | ${ratio.padStart(5)} |`);
}

function nanosecondsPer(call: () => unknown): number {
  let last: unknown;
  const start = process.hrtime.bigint();
  for (let i = 0; i < CALLS; i++) last = call();
  const took = Number(process.hrtime.bigint() - start) / CALLS;
  assert.ok(last);
  return took;
}
