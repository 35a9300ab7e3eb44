import * as libc from '@prac/libc';
import { FdWatch, type Libc, type SpawnPlan } from '@prac/libc';
import { expect, expectTypeOf, test } from 'vitest';

test('the package exports what its README lists', () => {
  expect(Object.keys(libc).sort()).toEqual(
    ['FdWatch', 'LibcUnavailableError', 'cString', 'constants', 'isLibcAvailable', 'libc', 'stringVector'].sort(),
  );
});

test('results are numbers or what the call is for', () => {
  expectTypeOf<Libc['pipe2']>().returns.toEqualTypeOf<[number, number] | number>();
  expectTypeOf<Libc['waitpid']>().returns.toEqualTypeOf<{ status: number } | { errno: number } | undefined>();
  expectTypeOf<Libc['posixSpawn']>().parameters.toEqualTypeOf<[SpawnPlan]>();
  expectTypeOf(FdWatch).constructorParameters.toEqualTypeOf<[Libc, number, 'readable' | 'writable']>();
});
