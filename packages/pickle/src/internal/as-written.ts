import type { InScript, Script } from './inspector.ts';

/**
 * Whoever rewrites code as it is loaded (a profiler, a coverage tool) may put a function there, so that functions travel as they
 * were written: their receivers have nothing of what was put into them.
 *
 * It is given a script as V8 has it; it returns the text as it was written, on which line that begins (0, if it does not say), and how
 * to find a place in it. `undefined`: the script is as it was written.
 */
const KEY = Symbol.for('prac.source');

interface Original {
  readonly source: string;
  readonly startLine?: number;
  /** Where something is in `source` that V8 has at a line and column, from 0. */
  readonly locate: (line: number, column: number) => { readonly line: number; readonly column: number };
}

type Lookup = (script: {
  readonly url: string;
  readonly source: string;
  readonly startLine: number;
}) => Original | undefined;

const originals = new WeakMap<Script, { readonly script: Script; readonly locate: Original['locate'] } | null>();

export function asWritten(captured: InScript): InScript {
  const lookup = (globalThis as { [KEY]?: Lookup })[KEY];
  if (typeof lookup !== 'function') return captured;
  const { script, line, column } = captured;
  let original = originals.get(script);
  if (original === undefined) {
    const found = lookup({ url: script.url, source: script.source, startLine: script.startLine });
    original =
      found === undefined
        ? null
        : {
            script: { ...script, startLine: found.startLine ?? 0, startColumn: 0, source: found.source },
            locate: found.locate,
          };
    originals.set(script, original);
  }
  return original === null ? captured : { ...captured, script: original.script, ...original.locate(line, column) };
}
