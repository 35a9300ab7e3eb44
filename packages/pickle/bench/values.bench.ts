// What values cost on their way: small objects (a task, an answer), many rows, arrays of numbers, a long text, a big array.
import { execFileSync } from 'node:child_process';
import v8 from 'node:v8';
import { dumps, loadsSync } from '@prac/pickle';
import { Decoder, Encoder } from '@prac/pickle/codec';
import { alternate, type Row, rival } from '@prac/testing';

const quick = process.env.PRAC_BENCH === 'quick';
const rounds = quick ? 1 : 7;
interface Msgpackr {
  readonly Packr: new (options: object) => { pack(value: unknown): Uint8Array; unpack(bytes: Uint8Array): unknown };
}
const { module: msgpackr, ...about } = await rival<Msgpackr>('msgpackr');

const small = { id: 12345, name: 'widget', price: 9.75, active: true, note: null };
const rows = Array.from({ length: 1000 }, (_, i) => ({
  id: i,
  name: `name ${i}`,
  tags: ['a', 'b'],
  nested: { x: i / 2, y: -i },
}));
const ints = Array.from({ length: 10_000 }, (_, i) => i * 7919);
const doubles = ints.map((n) => n + 0.5);
const text = 'lorem ipsum '.repeat(8_000);

const [encoder, decoder] = [new Encoder(), new Decoder(true)];
const packr = about.skip === undefined ? new msgpackr.Packr({ structuredClone: true }) : undefined;
const ways: Record<string, (value: unknown) => unknown> = {
  '@prac/pickle/codec': (value) => decoder.decode(encoder.encode(value)!),
  '@prac/pickle dumps + loadsSync': (value) => loadsSync(dumps(value)),
  'v8.serialize + deserialize': (value) => v8.deserialize(v8.serialize(value)),
  structuredClone: (value) => structuredClone(value),
  JSON: (value) => JSON.parse(JSON.stringify(value)),
  msgpackr: (value) => packr!.unpack(packr!.pack(value)),
};
const python = (value: string, count: number): number => {
  const program = `
import json, pickle, time
small = {"id": 12345, "name": "widget", "price": 9.75, "active": True, "note": None}
rows = [{"id": i, "name": f"name {i}", "tags": ["a", "b"], "nested": {"x": i / 2, "y": -i}} for i in range(1000)]
ints = [i * 7919 for i in range(10000)]
doubles = [i + 0.5 for i in ints]
text = "lorem ipsum " * 8000
start = time.perf_counter()
for _ in range(${count}): pickle.loads(pickle.dumps(${value}, 5))
print(time.perf_counter() - start)`;
  return Number(execFileSync('python3', ['-c', program], { encoding: 'utf8' }));
};

const values: readonly [string, string, unknown, number][] = [
  ['A small object', 'small', small, quick ? 1_000 : 100_000],
  ['1,000 nested objects', 'rows', rows, quick ? 5 : 100],
  ['10,000 integers', 'ints', ints, quick ? 10 : 500],
  ['10,000 doubles', 'doubles', doubles, quick ? 10 : 500],
  ['A text of 96 kB', 'text', text, quick ? 10 : 1_000],
];
for (const [title, name, value, count] of values) {
  const ours = Object.entries(ways).map(
    ([way, copy]): Row => ({
      name: way,
      run: () => {
        for (let i = 0; i < count; i++) copy(value);
      },
      ...(way === 'msgpackr' ? about : {}),
    }),
  );
  const theirs: Row = { name: 'CPython pickle', run: () => python(name, count) };
  await alternate([...ours, theirs], { title, operations: count, rounds });
}

const samples = new Float64Array(1_000_000);
await alternate(
  [
    { name: '@prac/pickle', run: () => void loadsSync(dumps(samples)) },
    { name: '@prac/pickle, zeroCopy', run: () => void loadsSync(dumps(samples), { zeroCopy: true }) },
    { name: 'v8.serialize + deserialize', run: () => void v8.deserialize(v8.serialize(samples)) },
    { name: 'structuredClone', run: () => void structuredClone(samples) },
  ],
  { title: 'A Float64Array of 8 MB', operations: 1, rounds },
);
