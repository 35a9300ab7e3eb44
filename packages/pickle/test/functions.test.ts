// Functions of a test file: vite has made a function of the whole module, and of its imports properties of objects.
import { join } from 'node:path';
import {
  byValue,
  dumps,
  isMain,
  loads,
  loadsSync,
  Pickler,
  reduce,
  reference,
  register,
  Unpickler,
} from '@prac/pickle';
import { describe, expect, test } from 'vitest';
import { elsewhere, node, program } from './helpers/run.ts';

const factor = 7;
const shout = (text: string): string => `${join(text, 'x')}!`;

/** The same function, as it comes out at the other end. */
function copyOf<Fn>(fn: Fn): Fn {
  return loadsSync(dumps<unknown>(fn)) as Fn;
}

describe('functions', () => {
  test('of a test file travel, with what they have captured', () => {
    expect(copyOf((n: number) => n * factor)(3)).toBe(21);
    expect(copyOf((text: string) => shout(text))('a')).toBe('a/x!');
  });

  test('captured values are those of the moment, and each copy has its own', () => {
    let count = 1;
    const fn = (): number => ++count;
    const bytes = dumps(fn);
    count = 100;
    const [a, b] = [loadsSync(bytes), loadsSync(bytes)] as (typeof fn)[];
    expect([a!(), a!(), b!(), fn()]).toEqual([2, 3, 2, 101]);
  });

  test('keep their name, their own properties, and where they were written', () => {
    const original = Object.assign(
      function named() {
        throw new Error('here');
      },
      { label: 'l' },
    );
    const copy = copyOf(original);
    expect([copy.name, copy.label, copy.length]).toEqual(['named', 'l', 0]);
    expect(copy).toThrow('here');
    try {
      copy();
    } catch (error) {
      expect((error as Error).stack).toContain('functions.test.ts');
    }
  });

  test('a class keeps its identity on a round trip', () => {
    class Local {
      made = 0;
    }
    expect(copyOf(Local)).toBe(Local);
    expect(copyOf(new Local())).toBeInstanceOf(Local);
  });

  test('helpers that call each other', () => {
    const even = (n: number): boolean => n === 0 || odd(n - 1);
    const odd = (n: number): boolean => n !== 0 && even(n - 1);
    expect([copyOf(even)(10), copyOf(odd)(10)]).toEqual([true, false]);
  });

  test('are quick where variables are constants: the text says const', () => {
    const source = String(copyOf((n: number) => n + factor));
    expect(source).toContain('factor');
  });

  test.each([
    [
      'generators',
      function* (n: number) {
        yield n * factor;
      },
      (f: unknown) => [...(f as (n: number) => Iterable<number>)(2)],
      [14],
    ],
    ['bound functions', Math.pow.bind(null, 2), (f: unknown) => (f as (n: number) => number)(3), 8],
    [
      'methods',
      {
        m(n: number) {
          return n + factor;
        },
      }.m,
      (f: unknown) => (f as (n: number) => number)(1),
      8,
    ],
    [
      'getters’ functions',
      Object.getOwnPropertyDescriptor(
        {
          get g() {
            return factor;
          },
        },
        'g',
      )!.get,
      (f: unknown) => (f as () => number)(),
      7,
    ],
    [
      'nested closures',
      (
        (a: number) => (b: number) => (c: number) =>
          a + b + c + factor
      )(1)(2),
      (f: unknown) => (f as (n: number) => number)(3),
      13,
    ],
  ] as const)('%s', (_, fn, call, expected) => {
    expect(call(copyOf(fn))).toEqual(expected);
  });

  test('an async function imports as its module would', async () => {
    const copy = copyOf(async (name: string) => (await import('node:path')).join(name, 'b'));
    expect(await copy('a')).toBe('a/b');
  });
});

describe('in another process', async () => {
  test.each(await elsewhere('functions.mjs'))('%s', (_, result, expected) => {
    expect(result).toEqual(expected);
  });
});

test('what has come by value can be sent on', async () => {
  expect(await node([program('onwards.mjs')])).toBe('[[6,3],true,4,true]\n');
});

describe('a module that is being evaluated', () => {
  test('gets what it has named by reference(), and an error for what it would wait for', async () => {
    const said = (await node([program('itself.mjs')])).split('\n');
    expect(said[0]).toBe('42 42');
    expect(said[1]).toContain('itself.mjs is still being evaluated, and would wait for itself');
    expect(said[2]).toBe('2');
  });
});

describe('what can be said about it', () => {
  test('reference(): it travels by its name, and no inspector is asked', async () => {
    const fn = reference((n: number) => n, import.meta.url, 'ops.double');
    const text = Buffer.from(dumps(fn)).toString('latin1');
    expect(text).toContain('functions.test.ts');
    expect(() => reference('x' as never, import.meta.url, 'a')).toThrow("Expected a function, got 'x'");
    expect(() => reference(fn, './here', 'a')).toThrow("Expected import.meta.url, got './here'");
    expect(() => reference(fn, import.meta.url, '')).toThrow("Expected the name of an export, got ''");
    expect(() => byValue('here')).toThrow("Expected import.meta.url, got 'here'");
  });

  test('a function that is not there is an error that says what to look at', async () => {
    const url = new URL('programs/library.mjs', import.meta.url).href;
    const missing = reference(() => {}, url, 'nothing.here');
    const text = 'has no nothing.here here: is it exported, and is the file the same on both sides?';
    await expect(loads(dumps(missing))).rejects.toThrow(text);
    expect(() => loadsSync(dumps(missing))).toThrow(text);
  });

  test('functions: only by value, only by reference', async () => {
    const said = await node([
      '--input-type=module',
      '-e',
      `import { dumps, byValue } from '@prac/pickle';
       import { double } from ${JSON.stringify(program('library.mjs'))};
       const text = (options) => Buffer.from(dumps(double, options)).toString('latin1');
       console.log(text().includes('n * 2'), text({ functions: 'value' }).includes('n * 2'));
       try { dumps((n) => n, { functions: 'reference' }) } catch (error) { console.log(error.message) }
       byValue(${JSON.stringify(new URL('programs/', import.meta.url).href)});
       const other = (await import(${JSON.stringify(program('library.mjs'))})).add;
       console.log(Buffer.from(dumps(other)).toString('latin1').includes('a + b'));`,
    ]);
    expect(said.split('\n').slice(0, 3)).toEqual([
      'false true',
      'value: cannot pickle an anonymous function: no module exports it; export it: functions travel by reference only here',
      'true',
    ]);
  });

  test('isMain is true in the program that was started', async () => {
    expect(isMain(import.meta)).toBe(false);
    const code = `import { isMain } from '@prac/pickle'; console.log(isMain({ ...import.meta, main: true }), isMain({ main: false }));`;
    expect(await node(['--input-type=module', '-e', code])).toBe('true false\n');
    expect(await node(['--input-type=module', '-e', code], { PRAC_WORKER: '1' })).toBe('false false\n');
  });

  test('reducers: by the class, by registration, with state', () => {
    class Temperature {
      #kelvin: number;
      constructor(kelvin: number) {
        this.#kelvin = kelvin;
      }
      get kelvin(): number {
        return this.#kelvin;
      }
      [reduce](): unknown {
        return [Temperature, [this.#kelvin]];
      }
    }
    expect(copyOf(new Temperature(300)).kelvin).toBe(300);
    class Stack {
      items: number[] = [];
      setState(state: { readonly items: number[] }): void {
        this.items = state.items.toReversed();
      }
    }
    register(Stack, (stack) => [Stack, [], { items: stack.items }]);
    expect(copyOf(Object.assign(new Stack(), { items: [1, 2] })).items).toEqual([2, 1]);
    register(Intl.NumberFormat, (format) => [Intl.NumberFormat, [format.resolvedOptions().locale]]);
    expect(copyOf(new Intl.NumberFormat('de')).format(1.5)).toBe('1,5');
    expect(() => register(5 as never, () => [Stack, []])).toThrow('Expected a class, got 5');
    class Bad {
      [reduce](): unknown {
        return 'bad';
      }
    }
    expect(() => dumps(new Bad())).toThrow('its reducer did not return [function, arguments, state?]');
  });

  test('persistent ids stand for what the receiver has', () => {
    const database = { name: 'db' };
    const bytes = new Pickler({ persistentId: (value) => (value === database ? 'db' : undefined) }).dumps({
      database,
      n: 1,
    });
    const copy = new Unpickler({ persistentLoad: (id) => (id === 'db' ? database : null) }).loadsSync(bytes);
    expect(copy).toEqual({ database, n: 1 });
    expect((copy as { database: unknown }).database).toBe(database);
    expect(() => loadsSync(bytes)).toThrow('a persistent id needs persistentLoad');
  });

  test('a reader of data may allow references', async () => {
    const url = new URL('programs/library.mjs', import.meta.url).href;
    const { Point } = (await import(/* @vite-ignore */ url)) as { Point: new (x: number, y: number) => object };
    const bytes = dumps(
      Object.assign(Object.create(reference(Point, url, 'Point').prototype as object) as object, { x: 1, y: 2 }),
    );
    expect(() => loadsSync(bytes, { functions: false })).toThrow(`${url}#Point is not allowed here`);
    expect(loadsSync(bytes, { functions: false, allow: [`${url}#Point`] })).toMatchObject({ x: 1, y: 2 });
    const asked: string[] = [];
    const allow = ({ module, path }: { module: string; path: string }): boolean => asked.push(`${module}#${path}`) > 0;
    await loads(bytes, { functions: false, allow });
    expect(asked).toEqual([`${url}#Point`]);
  });
});

describe('the prototype of a class by value', () => {
  test('arrives with what was put on it since: methods, replaced ones, values, symbols', () => {
    class Base {
      own(): string {
        return 'own';
      }
      replaced(): string {
        return 'as written';
      }
      [String('computed')](): number {
        return 1;
      }
    }
    class Derived extends Base {}
    const prototype = Base.prototype as unknown as Record<string | symbol, unknown>;
    const symbol = Symbol.for('prac.test');
    prototype.added = function (this: Base) {
      return `${this.own()} added to ${this.constructor.name} ${new Base().replaced()}`;
    };
    prototype.replaced = () => 'replaced';
    prototype.list = [1];
    prototype[symbol] = 'symbol';
    Object.defineProperty(prototype, 'hidden', { value: () => 'hidden', configurable: true, writable: true });
    const copy = copyOf(Derived);
    const it = new copy() as unknown as Record<string | symbol, () => unknown>;
    expect([it.own!(), it.replaced!(), it.computed!(), it.added!(), it.hidden!(), it.list, it[symbol]]).toEqual([
      'own',
      'replaced',
      1,
      'own added to Derived replaced',
      'hidden',
      [1],
      'symbol',
    ]);
    expect(Object.keys(Object.getPrototypeOf(copy.prototype))).not.toContain('own');
  });

  test('arrives with accessors that were put on it', () => {
    class Changed {}
    Object.defineProperty(Changed.prototype, 'now', { get: () => factor, configurable: true });
    expect(loadsSync<{ now: number }>(dumps(new Changed())).now).toBe(7);
  });
});

test('functions that a travelled function makes travel on', () => {
  const outer = (): (() => () => number) => {
    const step = 2;
    return () => () => step + factor;
  };
  const copy = copyOf(outer);
  const inner = copyOf(copy());
  expect(copyOf(inner())()).toBe(9);
});
