// The cost of a greeting against a bare template string: what the check of the argument adds.
import assert from 'node:assert/strict';
import { greet } from '@prac/template';
import { alternate } from '@prac/testing';

const CALLS = 100_000;

await alternate(
  [
    { name: 'greet(name)', run: () => repeat(greet) },
    { name: 'a template string', run: () => repeat((name) => `Hello, ${name}!`) },
  ],
  { title: 'A greeting', operations: CALLS },
);

function repeat(call: (name: string) => string): void {
  let last = '';
  for (let i = 0; i < CALLS; i++) last = call('reader');
  assert.equal(last, 'Hello, reader!');
}
