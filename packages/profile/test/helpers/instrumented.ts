import { runInThisContext } from 'node:vm';
import { instrument } from '../../src/internal/instrument.ts';
import { RUNTIME_EXPRESSION, runtime } from '../../src/internal/runtime.ts';

/** Runs the body of a function, instrumented, and gives what it returns. */
export function load<Returned>(body: string, file = 'sample.js'): Returned {
  runtime.isHooked = true; // as if it had come through the hook
  const edits = instrument(body, {
    isModule: false,
    runtime: RUNTIME_EXPRESSION,
    define: ({ name, line }) => runtime.define([file, line, name]),
  });
  return (runInThisContext(`(function () {${edits}\n})`) as () => Returned)();
}
