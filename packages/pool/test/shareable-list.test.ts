import { IndexError, type Shareable, ShareableList, ValueError } from '@prac/pool/shared-memory';
import { run } from '@prac/subprocess';
import { expect, onTestFinished, test } from 'vitest';
import { crew, ended } from './helpers/crew.ts';

const ITEMS: Shareable[] = [
  'howdy',
  new Uint8Array([72, 0, 79]),
  -273.154,
  100,
  null,
  true,
  false,
  2n ** 60n,
  'grüße',
  '',
];

function made(items: Iterable<Shareable>): ShareableList {
  const list = new ShareableList(items);
  onTestFinished(() => list.shm.unlink());
  return list;
}

test('items are what they were, and can be others', () => {
  const list = made(ITEMS);
  expect([...list]).toEqual(ITEMS);
  expect([list.length, list.get(-3), list.format]).toEqual([10, 2n ** 60n, '8s8sdqxxxxxx?xxxxxxxx?xxxxxxx?q8s8s']);
  expect(String(made([1, 'a']))).toMatch(/^ShareableList\(\[1, 'a'\], name='psm_[0-9a-f]{8}'\)$/);
  const others: Shareable[] = [1, 2.5, null, 'seven77', 5, null, 'x', false, new Uint8Array([1]), 12];
  for (const [i, value] of others.entries()) list.set(i, value);
  expect([...list]).toEqual(others);
  list.set(-1, 'text');
  expect(list.get(9)).toBe('text');
});

test('counts and finds', () => {
  const list = made([1, 'a', 1, null, new Uint8Array([1])]);
  expect([list.count(1), list.count(2), list.index('a'), list.index(new Uint8Array([1]))]).toEqual([2, 0, 1, 4]);
  expect(() => list.index('b')).toThrow(new ValueError("'b' not in this container"));
});

test('what has no place is refused, and nothing is changed', () => {
  const list = made(['short', 1]);
  expect(() => list.set(0, 'longer than eight')).toThrow(new ValueError('bytes/str item exceeds available storage'));
  expect(() => list.get(2)).toThrow(new IndexError('index out of range'));
  expect(() => list.set(-3, 1)).toThrow(new IndexError('assignment index out of range'));
  expect(() => list.get(0.5)).toThrow(TypeError);
  for (const value of [undefined, {}, Symbol.iterator]) expect(() => list.set(0, value as never)).toThrow(TypeError);
  expect(() => made([2n ** 63n])).toThrow(ValueError);
  expect([...list]).toEqual(['short', 1]);
  expect(made([]).length).toBe(0);
});

test('it is the same in another process', async () => {
  const list = made(['before', 1]);
  const all = crew(1, (list: ShareableList) => list.set(0, `${list.get(0)}!`), [list]);
  expect(await ended(all)).toEqual([0]);
  expect(list.get(0)).toBe('before!');
});

test('Python has the same list', async () => {
  const list = made(ITEMS);
  const program = `
import sys
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import ShareableList
l = ShareableList(name=sys.argv[1])
assert list(l) == ['howdy', b'H\\0O', -273.154, 100, None, True, False, 2**60, 'grüße', ''], list(l)
l[0], l[3], l[4], l[5] = 'python', 2.5, 7, None
resource_tracker.unregister(l.shm._name, 'shared_memory')
l.shm.close()`;
  await run(['python3', '-c', program, list.shm.name], { check: true });
  expect([list.get(0), list.get(3), list.get(4), list.get(5), list.get(1)]).toEqual([
    'python',
    2.5,
    7,
    null,
    new Uint8Array([72, 0, 79]),
  ]);
});

test("ours is Python's", async () => {
  const program = `
from multiprocessing import resource_tracker
from multiprocessing.shared_memory import ShareableList
l = ShareableList(['a', 1, 2.5, b'x', None, True, 'longer than eight'])
resource_tracker.unregister(l.shm._name, 'shared_memory')
print(l.shm.name)`;
  const { stdout } = await run(['python3', '-c', program], { check: true, captureOutput: true, text: true });
  const list = new ShareableList(null, { name: stdout.trim() });
  onTestFinished(() => list.shm.unlink());
  expect([...list]).toEqual(['a', 1, 2.5, new Uint8Array([120]), null, true, 'longer than eight']);
});
