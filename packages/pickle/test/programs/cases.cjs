// The same for CommonJS: a main program, or one that is required.
const { dumps, loadsSync, toMessage, fromMessage } = require('@prac/pickle');
const assert = require('node:assert');
const path = require('node:path');
const library = require('./library.mjs');

const k = 7;
function helper(n) {
  return n + k;
}
module.exports.exported = (n) => n - k;
module.exports.ops = { minus: (n) => -n };
class Hidden {
  value = k;
  plus(n) {
    return this.value + n;
  }
}
const cases = [
  ['a lambda', (n) => n * k, [3], 21],
  ['a helper', (n) => helper(n), [3], 10],
  ['require', (n) => require('node:path').join('a', n), ['b'], path.join('a', 'b')],
  ['require of a file', (n) => require('./library.mjs').double(n), [2], 4],
  ['a captured module', (n) => library.double(n) + path.sep.length, [2], 5],
  ['__filename', () => path.basename(__filename), [], path.basename(__filename)],
  ['an exported function', module.exports.exported, [10], 3],
  ['an instance', (h, n) => h.plus(n), [new Hidden(), 1], 8],
  ['a module of Node as a whole', (a, b) => path === require('node:path') && path.join(a, b) !== '', ['a', 'b'], true],
  ['a module that is a function', () => assert(true) === undefined && typeof assert.equal, [], 'function'],
  [
    'a function that is declared in a block',
    () => {
      function inner() {
        return k;
      }
      return inner();
    },
    [],
    7,
  ],
  [
    'sloppy this',
    function () {
      return this === undefined ? 'strict' : typeof this;
    },
    [],
    'object',
  ],
  [
    'use strict',
    function () {
      'use strict';
      return this === undefined ? 'strict' : typeof this;
    },
    [],
    'strict',
  ],
];
let right = 0;
for (const [name, fn, args, expected] of cases) {
  for (const copy of [
    () => loadsSync(dumps({ fn, args })),
    () => fromMessage(structuredClone(toMessage({ fn, args }).message)),
  ]) {
    try {
      const task = copy();
      const call = task.fn;
      const result = call(...task.args);
      if (result === expected) right++;
      else console.log(`${name}: got ${JSON.stringify(result)}`);
    } catch (error) {
      console.log(`${name}: ${error.message}`);
    }
  }
}
console.log(`${right} of ${2 * cases.length}`);
