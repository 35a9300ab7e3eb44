import { createContext, Script } from 'node:vm';
import { repr } from '@prac/exceptions';
import { instrument } from './internal/instrument.ts';
import { type ReportOptions, reported } from './internal/reported.ts';
import { RUNTIME_EXPRESSION, runtime } from './internal/runtime.ts';
import { Profile, type ProfileMode } from './profile.ts';

/** Options of {@link run} and {@link runctx}. */
export type RunOptions = ReportOptions;

/**
 * Profiles a function, or a script that is given as a text, and prints the table.
 *
 * Python: `cProfile.run`.
 *
 * @returns What the function returns; of a script, what its last statement gives. A promise, if that is one: the table is printed when
 * it is settled.
 * @throws {SyntaxError} if the text is no script.
 * @example
 * import { run } from '@prac/profile';
 * const lines: string[] = [];
 * run('function f(n) { return n ? f(n - 1) : 0; } f(3);', { sort: 'calls', stream: { write: (text: string) => lines.push(text) } });
 * console.log(lines.join('').includes('4/1')); // true
 */
export function run<Result>(command: string | (() => Result), options?: RunOptions | null): Result {
  return typeof command === 'string'
    ? profiled(compiled(command) as () => Result, options, 'adaptive')
    : profiled(command, options);
}

/**
 * Profiles a script with globals of its own, and prints the table.
 *
 * Python: `cProfile.runctx`.
 *
 * @param globals - What the script finds; it may add to them. (It is made a context of `node:vm`.)
 */
export function runctx(command: string, globals: object, options?: RunOptions | null): unknown {
  if (typeof command !== 'string') throw new TypeError(`Expected a text, got ${repr(command)}`);
  if (typeof globals !== 'object' || globals === null) throw new TypeError(`Expected an object, got ${repr(globals)}`);
  return profiled(compiled(command, globals), options, 'adaptive');
}

function profiled<Result>(fn: () => Result, options: RunOptions | null | undefined, mode?: ProfileMode): Result {
  if (typeof fn !== 'function') throw new TypeError(`Expected a function or a text, got ${repr(fn)}`);
  const { filename, sort, stream, ...unknown } = options ?? {};
  for (const key of Object.keys(unknown))
    throw new TypeError(`Unknown option ${repr(key)}: expected filename, sort, stream`);
  return reported(new Profile({ mode }), fn, { filename, sort, stream });
}

function compiled(source: string, globals?: object): () => unknown {
  const edits = instrument(source, {
    isModule: false,
    runtime: RUNTIME_EXPRESSION,
    define: ({ name, line }) => runtime.define(['<string>', line, name]),
  });
  const script = new Script(String(edits), { filename: '<string>' });
  if (globals === undefined) return () => script.runInThisContext();
  const context = createContext(globals);
  Object.defineProperty(globals, Symbol.for('prac.profile/1'), { value: runtime, configurable: true });
  return () => script.runInContext(context);
}
