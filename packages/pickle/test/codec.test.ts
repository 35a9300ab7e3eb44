import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Decoder } from '../src/internal/codec/decoder.ts';
import { Encoder, NOT_DATA } from '../src/internal/codec/encoder.ts';

/** There and back again. */
function copyOf(value: unknown, zeroCopy = false): unknown {
  const encoder = new Encoder(false);
  expect(encoder.encode(value)).not.toBe(NOT_DATA);
  return new Decoder(false).decode(Uint8Array.from(encoder.written), 0, { zeroCopy });
}

const leaf = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.string({ minLength: 30, maxLength: 80 }),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, 2 ** 26, -(2 ** 26), 2 ** 31, -(2 ** 31), '\ud800', ''),
  fc.bigInt(),
  fc.date({ noInvalidDate: false }),
  fc.uint8Array(),
  fc.float64Array(),
);
const data = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value')),
    fc.array(fc.integer(), { minLength: 5 }),
    fc.array(fc.double(), { minLength: 5 }),
    fc.sparseArray(tie('value')),
    fc.dictionary(fc.string(), tie('value')),
    fc.dictionary(fc.string(), tie('value'), { noNullPrototype: false }),
    fc.array(fc.tuple(leaf, tie('value'))).map((entries) => new Map(entries)),
    fc.array(tie('value')).map((items) => new Set(items)),
    fc.record({ id: fc.nat(), name: fc.string(), tags: fc.array(fc.string()) }),
  ),
})).value;

describe('the codec', () => {
  test('carries any data', () => {
    fc.assert(
      fc.property(data, (value) => {
        expect(copyOf(value)).toStrictEqual(value);
        expect(copyOf(value, true)).toStrictEqual(value);
      }),
      { numRuns: 400 },
    );
  });

  test('carries one value after the other between two coders that remember shapes', () => {
    fc.assert(
      fc.property(fc.array(data, { minLength: 1, maxLength: 20 }), (values) => {
        const [encoder, decoder] = [new Encoder(true), new Decoder(true)];
        for (const value of values) {
          encoder.encode(value);
          encoder.commit();
          expect(decoder.decode(Uint8Array.from(encoder.written))).toStrictEqual(value);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('a shape that was not sent is written again', () => {
    const [encoder, decoder] = [new Encoder(true), new Decoder(true)];
    encoder.encode({ a: 1, b: 2 });
    encoder.rollback(); // there was no room
    expect(encoder.encode({ a: 1, b: () => {} })).toBe(NOT_DATA);
    for (const value of [{ a: 3, b: 4 }, { a: 5, b: 6 }, { b: 7 }]) {
      encoder.encode(value);
      encoder.commit();
      expect(decoder.decode(Uint8Array.from(encoder.written))).toEqual(value);
    }
  });

  test('objects of more kinds than are remembered are carried; more are refused by who reads', () => {
    const many = Array.from({ length: 5_000 }, (_, i) => ({ [`k${i}`]: i }));
    expect(copyOf(many)).toStrictEqual(many);
    const decoder = new Decoder(true);
    const read = (): void => {
      for (const one of many) {
        const encoder = new Encoder(true);
        encoder.encode(one);
        decoder.decode(Uint8Array.from(encoder.written));
      }
    };
    expect(read).toThrow('pickle has too many shapes');
  });

  test('keeps identity and circles', () => {
    const shared = { n: 1 };
    const circle: Record<string, unknown> = { a: shared, b: shared, list: [shared] };
    circle.self = circle;
    circle.map = new Map([[circle, circle]]);
    const copy = copyOf(circle) as typeof circle & { list: unknown[]; map: Map<unknown, unknown> };
    expect(copy.self).toBe(copy);
    expect([copy.b, copy.list[0]]).toEqual([copy.a, copy.a]);
    expect(copy.b).toBe(copy.a);
    expect(copy.map.get(copy)).toBe(copy);
  });

  test('many objects of one shape are read as the first ones were', () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({ id: i, name: `n${i}`, tags: [i] }));
    expect(copyOf(rows)).toStrictEqual(rows);
    const named = JSON.parse('[{"__proto__":1,"a":2}]') as object[];
    const many = Array.from({ length: 40 }, () => named[0]!).map((object) => ({ inner: structuredClone(object) }));
    expect(copyOf(many)).toStrictEqual(many);
  });

  test('a long array of holes takes no memory for them', () => {
    for (const length of [1_000_000, 2 ** 32 - 1]) {
      const copy = copyOf(Object.assign([], { 7: 'x', length })) as unknown[];
      expect([copy.length, Object.keys(copy)]).toEqual([length, ['7']]);
    }
  });

  test('views of one buffer stay views of one buffer', () => {
    const buffer = new ArrayBuffer(32);
    const views = [new Uint8Array(buffer, 8, 4), new DataView(buffer), new Float64Array(buffer, 8), buffer];
    for (const zeroCopy of [false, true]) {
      const [a, b, c] = copyOf(views, zeroCopy) as [Uint8Array, DataView, Float64Array];
      expect(a.buffer).toBe(b.buffer);
      a[0] = 7;
      expect([b.getUint8(b.byteLength - 24), c.length, c.buffer === a.buffer]).toEqual([7, 3, true]);
    }
    const growing = new Uint8Array(new ArrayBuffer(4, { maxByteLength: 64 }));
    const copy = copyOf(growing) as Uint8Array<ArrayBuffer>;
    copy.buffer.resize(16);
    expect(copy.length).toBe(16);
  });

  test('a buffer and its views are of one memory, in whatever order they come, and without copying', () => {
    const buffer = new ArrayBuffer(16);
    const [bytes, words] = [new Uint8Array(buffer), new Int32Array(buffer, 8)];
    for (const value of [
      { bytes, words, buffer },
      { buffer, bytes, words },
      { bytes, buffer, words },
    ]) {
      for (const zeroCopy of [false, true]) {
        const copy = copyOf(value, zeroCopy) as { bytes: Uint8Array; words: Int32Array; buffer: ArrayBuffer };
        expect([copy.bytes.buffer === copy.buffer, copy.words.buffer === copy.buffer]).toEqual([true, true]);
        expect([copy.words.byteOffset, copy.words.length, copy.buffer.byteLength]).toEqual([8, 2, 16]);
      }
    }
  });

  test('without copying, a view is a window on the bytes', () => {
    const encoder = new Encoder(false);
    encoder.encode({ samples: Float64Array.of(1, 2, 3) });
    const bytes = Uint8Array.from(encoder.written);
    const { samples } = new Decoder(false).decode(bytes, 0, { zeroCopy: true }) as { samples: Float64Array };
    expect(samples.buffer).toBe(bytes.buffer);
    expect([...samples]).toEqual([1, 2, 3]);
  });

  test.each([
    ['a function', () => {}],
    ['a symbol', Symbol('x')],
    ['an instance', new (class A {})()],
    ['an error', new Error('x')],
    ['a subclass of Map', new (class M extends Map {})()],
    ['an array with another property', Object.assign([1], { x: 1 })],
    ['an object with a symbol for a key', { [Symbol.for('a')]: 1 }],
    ['a Proxy', new Proxy({}, {})],
    ['a Proxy of an array', new Proxy([], {})],
    ['shared memory', new SharedArrayBuffer(8)],
    ['a view of shared memory', new Uint8Array(new SharedArrayBuffer(8))],
    ['a date with a property', Object.assign(new Date(), { x: 1 })],
    ['a promise', Promise.resolve()],
  ])('%s is not data', (_, value) => {
    for (const wrapped of [value, [value], { a: value }, new Map([[1, value]])]) {
      expect(new Encoder(false).encode(wrapped)).toBe(NOT_DATA);
    }
  });

  test('a Proxy’s traps do not run', () => {
    const trapped = new Proxy({}, { getPrototypeOf: () => expect.unreachable(), ownKeys: () => expect.unreachable() });
    expect(new Encoder(false).encode([trapped])).toBe(NOT_DATA);
  });
});
