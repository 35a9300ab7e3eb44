// What packages keep in each JavaScript world, and how pickle finds it.
import { World } from '@prac/exceptions/world';
import { expect, test } from 'vitest';

const LAYOUT = 'prac.test-of-worlds/1';

test('two copies of a package share their state', () => {
  const one = new World('a-package', LAYOUT, import.meta.url);
  const other = new World('a-package', LAYOUT, import.meta.url);
  const state = one.shared('numbers', () => [1]);
  expect(other.shared('numbers', () => [2])).toBe(state);
  expect(new World('a-package', 'prac.test-of-worlds/2', import.meta.url).shared('numbers', () => [3])).toEqual([3]);
});

test('what travels says where it is to be found, and is: the first copy is taken', () => {
  const { travels, offer } = new World('a-package', LAYOUT, 'file:///a-package/index.js');
  const twice = travels('twice', (n: number) => 2 * n);
  const again = travels('twice', (n: number) => 3 * n, 'a-package/other');
  class Unimported {}
  offer({ Unimported, twice: again });
  const reference = Symbol.for('prac.pickle.reference') as never;
  const found = { module: 'a-package', from: 'file:///a-package/index.js', world: LAYOUT, path: ['twice'] };
  expect([twice[reference], again[reference]]).toEqual([found, { ...found, module: 'a-package/other' }]);
  expect([twice.name, again.name]).toEqual(['twice', 'twice']);
  expect((globalThis as never)[Symbol.for(LAYOUT)]).toMatchObject({ exports: { twice, Unimported } });
});
