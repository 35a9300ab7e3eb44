// Classes and constructor functions that travel by value to another process: what they are made of, and their state.
import { dumps, loadsSync } from '@prac/pickle';
import { describe, expect, test } from 'vitest';
import { elsewhere } from './helpers/run.ts';

describe('in another process', async () => {
  test.each(await elsewhere('classes.mjs'))('%s', (_, result, expected) => {
    expect(result).toEqual(expected);
  });
});

describe('here', () => {
  test('a class that was written here keeps its own state, although an older one comes back', () => {
    class Config {
      name = 'config';
      static rate = 1;
    }
    const bytes = dumps(Config);
    Config.rate = 2;
    expect([loadsSync(bytes), Config.rate]).toEqual([Config, 2]);
  });

  test.each([
    ['a Map', class extends Map<unknown, unknown> {}],
    ['a Set', class extends Set<unknown> {}],
    ['an Array', class extends Array<unknown> {}],
  ])('%s with private fields is refused', (_, Base) => {
    class Stack extends Base {
      #n = 0;
      push(): number {
        return ++this.#n;
      }
    }
    expect(() => dumps(new Stack())).toThrow('class Stack has private fields, which nobody can read from outside');
  });

  test('a static field that cannot travel, and that nothing in the class makes again, is refused', () => {
    class Broken {
      name = 'broken';
      static cache: WeakMap<object, unknown>;
    }
    Broken.cache = new WeakMap();
    expect(() => dumps(Broken)).toThrow('value.cache: cannot pickle a WeakMap object: it is a WeakMap');
  });
});
