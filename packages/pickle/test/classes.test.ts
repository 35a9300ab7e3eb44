// Classes and constructor functions that travel by value to another process: what they are made of, and their state.
import { dumps, hasPrivateState, loadsSync } from '@prac/pickle';
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

test('hasPrivateState: members that nobody can read from outside, of the class or those between it and another', () => {
  class Plain {
    static #counted = 0;
    static count = (): number => ++Plain.#counted;
    field = 1;
  }
  class Private extends Plain {
    #field = 1;
    get secret(): number {
      return this.#field;
    }
  }
  class Method extends Plain {
    #method(): void {}
    call = (): void => this.#method();
  }
  class Child extends Private {}
  expect([Plain, Private, Method, Child, Map].map((type) => hasPrivateState(type))).toEqual([
    false,
    true,
    true,
    true,
    false,
  ]);
  expect([hasPrivateState(Child, Private), hasPrivateState(Child, Plain)]).toEqual([false, true]);
  expect(() => hasPrivateState({} as never)).toThrow(new TypeError('Expected a class, got {}'));
});
