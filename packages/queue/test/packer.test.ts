import { expect, test } from 'vitest';
import { type Cargo, keep } from '../src/internal/cargo.ts';
import { PACKER_WORDS, Packer } from '../src/internal/packer.ts';

function packers(count: number): Packer[] {
  const words = new Int32Array(new SharedArrayBuffer(4 * PACKER_WORDS));
  const first = new Packer(undefined, words, 0, (fn) => fn());
  return [first, ...Array.from({ length: count - 1 }, () => new Packer(first.log, words, 0, (fn) => fn()))];
}

test('what many producers remember is known to who gets, in whatever order, more of them than decoders are kept', () => {
  const [consumer, ...producers] = packers(200);
  const cargos: { readonly cargo: Cargo; readonly item: unknown }[] = [];
  for (let round = 0; round < 4; round++) {
    for (const [i, producer] of producers.entries()) {
      for (const item of [
        { id: i, round },
        { name: `n${i}`, [`key${(i * 7) % 5}`]: [{ id: round, round: i }] },
      ])
        cargos.push({ cargo: keep(producer.pack(item)), item });
    }
  }
  for (let n = 0; n < cargos.length; n++) {
    const { cargo, item } = cargos[(n * 7919) % cargos.length]!;
    expect(consumer!.unpack(cargo)).toEqual(item);
  }
});

test('an item of names that are known is shorter than one that stands for itself', () => {
  const [producer] = packers(1);
  const lengths = [1, 2, 3].map((id) => producer!.pack({ identifier: id, description: 'x' }).head >>> 2);
  expect(lengths[1]).toBeLessThan(lengths[0]! / 1.5);
  expect(lengths[2]).toBe(lengths[1]);
});

test('what was packed before another was is not changed by it, if it was kept', () => {
  const [producer] = packers(1);
  for (const a of [1, 1.5, 'text', { a: 1 }, [1, 2], () => 1]) {
    const kept = keep(producer!.pack(a));
    producer!.pack([9, 9, 9, { b: 9 }]);
    const back = producer!.unpack(kept);
    if (typeof a === 'function') expect((back as () => number)()).toBe(1);
    else expect(back).toEqual(a);
  }
});
