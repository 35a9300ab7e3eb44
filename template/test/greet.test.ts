import { greet } from '@prac/template';
import { expect, test } from 'vitest';

test('greets by name', () => {
  expect(greet('reader')).toBe('Hello, reader!');
});

test('a name that is not a string is refused at the call', () => {
  expect(() => greet(7 as unknown as string)).toThrow(new TypeError('Expected name to be a string, got number'));
});
