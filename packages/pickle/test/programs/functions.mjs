// Functions and what they use: name, what is sent, what comes of it.

import { query, ready } from './promising.mjs';
import wrapped, { api, op, saved, table } from './wrapped.mjs';

const x = 10;
// biome-ignore lint/complexity/useArrowFunction: a function of its own kind
const withDefault = function (a = x, b = () => x) {
  var x = 5;
  return [a, b(), x];
};

export const cases = [
  [
    'an export whose member was replaced is what the name had when it was taken',
    (send) => send((f, g, h) => [f(), g(), h()], api.get, op, table.op),
    ['[real]', 'first', 'second'],
  ],
  ['a variable that was declared twice', (send) => send((f) => f(), saved), 1],
  ['what is exported without a name', (send) => send((f) => f(), wrapped.run), 'text'],
  [
    'a parameter’s default names what is outside, although the body declares it',
    (send) => send(withDefault),
    [10, 10, 5],
  ],
  ['an imported promise stays a promise', (send) => send(() => ready.then((n) => n + 1)), 43],
  ['an import with a method `then` is not called', (send) => send(() => query.rows), 3],
  [
    'import.meta.resolve says what Node says, of files that are not there, packages and modules of Node',
    (send) =>
      send(() =>
        ['./not-there.js', 'vitest', 'fs'].map((name) => {
          const url = import.meta.resolve(name);
          return url.startsWith('file:') ? url.replace(/^.*\/(?=[^/]+$)/, '') : url;
        }),
      ),
    ['not-there.js', import.meta.resolve('vitest').replace(/^.*\//, ''), 'node:fs'],
  ],
];
