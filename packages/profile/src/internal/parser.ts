import { createRequire } from 'node:module';

type Parse = typeof import('acorn')['parse'];

let parse: Parse | undefined;

/** acorn, which is loaded when the first source is looked at: reports do without it. */
export function parser(): Parse {
  parse ??= (createRequire(import.meta.url)('acorn') as typeof import('acorn')).parse;
  return parse;
}
