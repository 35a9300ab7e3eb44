import { fileURLToPath } from 'node:url';
import type { Edits } from './edits.ts';
import { instrument } from './instrument.ts';
import { RUNTIME_EXPRESSION, runtime } from './runtime.ts';

/*
 * Functions that travel (to threads, to processes: @prac/pickle) leave as they were written, and are instrumented where they arrive.
 *
 *   a module ── prac.source: as written ──> message ── compiled: prac.instrument ──> counted there ── prac.source ──> the next message
 */

/** What something was before it was instrumented. */
export interface Original {
  readonly source: string;
  readonly edits: Edits;
}

/** Those that have arrived, by their text as V8 has it. */
const arrived = new Map<string, Original>();
const MOST_ARRIVED = 500;

interface About {
  readonly from: number;
  readonly name: string | undefined;
  readonly url: string;
  readonly line: number;
}

/** `Symbol.for('prac.instrument')` of @prac/pickle. */
export function instrumentPickled(builtIns: boolean): void {
  const world = globalThis as Record<symbol, unknown>;
  world[Symbol.for('prac.instrument')] = (source: string, { from, name, url, line: first }: About): string => {
    if (url.startsWith('prac:')) return source; // of the family itself
    const file = url.startsWith('file:') ? fileURLToPath(url) : url || '<pickled>';
    try {
      const edits = instrument(source, {
        isModule: false,
        builtIns,
        runtime: RUNTIME_EXPRESSION,
        only: { from, name },
        define: ({ name, line }) => runtime.define([file, first + line - 1, name]),
      });
      runtime.tellOfFunctions();
      const text = edits.toString();
      if (arrived.size >= MOST_ARRIVED) arrived.delete(arrived.keys().next().value!);
      arrived.set(text, { source, edits });
      return text;
    } catch (error) {
      if (error instanceof SyntaxError) return source;
      throw error;
    }
  };
}

interface Script {
  readonly url: string;
  readonly source: string;
  readonly startLine: number;
}

type Lookup = (script: Script) =>
  | {
      readonly source: string;
      readonly startLine: number;
      readonly locate: (line: number, column: number) => { line: number; column: number };
    }
  | undefined;

/** `Symbol.for('prac.source')` of @prac/pickle. @param ofModule - By its URL. */
export function tellOriginals(ofModule: (url: string) => Original | undefined): void {
  const key = Symbol.for('prac.source');
  const world = globalThis as { [key]?: Lookup };
  const before = world[key];
  world[key] = (script) => {
    const isArrived = arrived.has(script.source);
    const original = isArrived ? arrived.get(script.source) : ofModule(script.url);
    if (original === undefined) return before?.(script);
    const { source, edits } = original;
    const starts = lineStarts(script.source);
    const startLine = isArrived ? script.startLine : 0;
    return {
      source,
      startLine,
      locate: (line, column) => {
        const at = edits.original((starts[line - startLine] ?? 0) + column);
        return { line, column: at - (source.lastIndexOf('\n', at - 1) + 1) };
      },
    };
  };
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
