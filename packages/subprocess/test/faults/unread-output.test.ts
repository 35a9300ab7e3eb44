import { PIPE, Popen } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { forms } from '../helpers/forms.ts';
import { runs } from './helpers.ts';

/** The sizes around a pipe's capacity; the last one fills it. */
const SIZES = [1, 65_535, 65_536];

/** A child that has ended, its output unread. */
async function ended(size: number) {
  const child = new Popen(['head', '-c', String(size), '/dev/zero'], { stdout: PIPE });
  await waitUntil(() => !runs(child.pid));
  return child;
}

describe.each(SIZES)('%i bytes that a child left in the pipe', (size) => {
  test.each(forms)('are read after its end ($name)', async (form) => {
    const child = await ended(size);
    expect(await form.wait(child)).toBe(0);
    expect((await form.read(child.stdout, 1)).length).toBe(1);
    await new Promise(setImmediate);
    expect((await form.read(child.stdout)).length).toBe(size - 1);
    expect((await form.read(child.stdout)).length).toBe(0);
    expect(child.stdout.closed).toBe(false);
    child.stdout.close();
  });

  test.each(forms)('are captured after its end ($name)', async (form) => {
    const child = await ended(size);
    expect(child.poll()).toBe(0);
    const [output] = await form.communicate(child);
    expect(output.length).toBe(size);
  });

  test.each([
    ['untouched', async () => {}],
    ['read from', async (child: Popen) => expect((await child.stdout!.read(1)).length).toBe(1)],
    [
      'waited for in vain',
      async (child: Popen) => child.stdout!.read(1, { signal: AbortSignal.abort() }).catch(() => {}),
    ],
    ['made a Node stream', async (child: Popen) => child.stdout!.stream],
  ])('go to the next child, the pipe being %s', async (state, touch) => {
    const child = await ended(size);
    expect(await child.wait()).toBe(0);
    await touch(child as Popen);
    await new Promise(setImmediate);
    await using next = new Popen(['wc', '-c'], { stdin: child.stdout, stdout: PIPE, text: true });
    expect((await next.communicate())[0].trim()).toBe(String(state === 'read from' ? size - 1 : size));
  });

  test('are in its Node stream', async () => {
    const child = await ended(size);
    await child.wait();
    let length = 0;
    for await (const chunk of child.stdout.stream) length += (chunk as Buffer).length;
    expect(length).toBe(size);
  });
});
