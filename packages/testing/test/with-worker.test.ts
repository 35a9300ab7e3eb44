import { withWorker } from '@prac/testing';
import { expect, test } from 'vitest';

test('a function runs in a thread of its own', async () => {
  const other = await withWorker(async () => (await import('node:worker_threads')).threadId);
  expect(other).toBeGreaterThan(0);
});

test('the default export of a module runs with the data', async () => {
  expect(await withWorker<number, number>(new URL('./fixtures/double.ts', import.meta.url), { data: 21 })).toBe(42);
});

test('what the function throws is thrown here', async () => {
  const failing = withWorker(
    (text: string) => {
      throw new RangeError(text);
    },
    { data: 'too far' },
  );
  await expect(failing).rejects.toThrow(new RangeError('too far'));
});

test('a thread that is kept alive is reported', async () => {
  const staying = withWorker(() => void setInterval(() => {}, 1000), { within: 0.5 });
  await expect(staying).rejects.toThrow('The worker has not ended within 0.5 s, though its function has');
});
