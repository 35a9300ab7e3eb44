import { getoutput, getoutputSync, PIPE, type Pipeline, Popen, pipeline } from '@prac/subprocess';
import { afterEach, describe, expect, test } from 'vitest';

type Call = (options: object) => unknown;

const children: { communicate(): Promise<unknown> }[] = [];
afterEach(() => Promise.all(children.splice(0).map((child) => child.communicate())));

describe.each<[string, () => Call, object]>([
  ['wait', () => (options) => cat().wait(options), { tiemout: 1 }],
  ['communicate', () => (options) => cat().communicate(options), { inptu: 'x' }],
  ['a pipeline', () => (options) => cats().communicate(options), { inptu: 'x' }],
  ['getoutput', () => (options) => getoutput('echo a', options), { timeout: 1 }],
])('%s', (_, prepare, options) => {
  test('rejects an option that it does not have', async () => {
    await expect(prepare()(options)).rejects.toThrow(/is not an option of this function/);
  });
});

describe.each<[string, () => Call, object]>([
  ['waitSync', () => (options) => cat().waitSync(options), { signal: new AbortController().signal }],
  ['communicateSync', () => (options) => cat().communicateSync(options), { signal: new AbortController().signal }],
  ['a pipeline, blocking', () => (options) => cats().waitSync(options), { signal: new AbortController().signal }],
  ['getoutputSync', () => (options) => getoutputSync('echo a', options), { timeout: 1 }],
])('%s', (_, prepare, options) => {
  test('refuses an option that it does not have', () => {
    expect(() => prepare()(options)).toThrow(/is not an option of this function/);
  });
});

test('what is no object is no options', async () => {
  await expect(cat().communicate('x' as never)).rejects.toThrow("Expected an object with options, got 'x'");
});

function cat(): Popen {
  const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
  children.push(child);
  return child;
}

function cats(): Pipeline {
  const all = pipeline([['cat'], ['cat']], { stdin: PIPE, stdout: PIPE });
  children.push(all);
  return all;
}
