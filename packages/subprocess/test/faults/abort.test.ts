import { getEventListeners } from 'node:events';
import { PIPE, Popen, run } from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { FOREVER, haveEnded, killAfterwards, leavesNothing, pidsIn, program, runs } from './helpers.ts';

const REASON = new Error('mine');
/** Tells its number, echoes its input, and ends with 3. */
const ECHO = ['sh', '-c', 'echo $$; cat; exit 3'];

/** A signal that aborts a turn of the loop later, and its end. */
function soon(): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort(REASON));
  return controller.signal;
}

describe('a signal that has aborted already', () => {
  test('starts no child', async () => {
    const signal = AbortSignal.abort(REASON);
    await leavesNothing(async () => {
      await expect(run(FOREVER, { signal })).rejects.toBe(REASON);
      expect(() => new Popen(FOREVER, { signal })).toThrow(REASON);
    });
  });

  test('refuses every wait, and changes nothing', async () => {
    const signal = AbortSignal.abort(REASON);
    const child = new Popen(ECHO, { stdin: PIPE, stdout: PIPE, text: true });
    await expect(child.wait({ signal })).rejects.toBe(REASON);
    await expect(child.communicate({ signal, input: 'not sent' })).rejects.toBe(REASON);
    await expect(child.stdin.write('not written', { signal })).rejects.toBe(REASON);
    for (const read of ['read', 'read1', 'readline', 'readlines'] as const) {
      await expect(child.stdout[read](-1, { signal })).rejects.toBe(REASON);
    }
    await expect(child.stdout.lines({ signal }).next()).rejects.toBe(REASON);
    expect(await child.communicate({ input: 'sent' })).toEqual([`${child.pid}\nsent`, null]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });
});

describe('an abort', () => {
  test('ends a wait, not the child', async () => {
    const child = new Popen(ECHO, { stdin: PIPE, stdout: PIPE });
    const signal = soon();
    await expect(child.wait({ signal })).rejects.toBe(REASON);
    expect(child.poll()).toBe(null);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    await child.communicate();
    expect(child.returncode).toBe(3);
  });

  test('ends one of two waits', async () => {
    const child = new Popen(['cat'], { stdin: PIPE });
    const other = child.wait();
    await expect(child.wait({ signal: soon() })).rejects.toBe(REASON);
    await child.stdin.close();
    expect(await other).toBe(0);
  });

  test('ends an exchange in the middle of its input, which can be taken up again', async () => {
    const input = 'x'.repeat(1_000_000);
    const child = new Popen(['sh', '-c', 'read go; cat'], { stdin: PIPE, stdout: PIPE, text: true });
    const exchange = child.communicate({ input: `go\n${input}`, signal: soon() });
    await expect(exchange).rejects.toBe(REASON);
    for (let i = 0; i < 3; i++)
      await child.communicate({ signal: soon() }).catch((error) => expect(error).toBe(REASON));
    expect((await child.communicate())[0] === input).toBe(true);
    expect(child.returncode).toBe(0);
  });

  test.each(['read', 'readline', 'readlines', 'lines'] as const)('of %s loses nothing', async (form) => {
    const child = new Popen(['sh', '-c', 'echo one; printf tw; read go; echo o; echo three'], {
      stdin: PIPE,
      stdout: PIPE,
      text: true,
    });
    const controller = new AbortController();
    const { signal } = controller;
    const until = (async () => {
      const lines: string[] = [];
      if (form !== 'lines') throw await child.stdout[form](form === 'readline' ? 3 : -1, { signal });
      for await (const line of child.stdout.lines({ signal })) lines.push(line);
    })();
    if (form === 'readline') await until.catch((line) => expect(line).toBe('one'));
    else {
      setTimeout(() => controller.abort(REASON), 50); // whether "tw" was read by then or not: it must not matter
      await expect(until).rejects.toBe(REASON);
    }
    await child.stdin.write('go\n');
    const rest = {
      readline: '\ntwo\nthree\n',
      lines: 'two\nthree\n',
      read: 'one\ntwo\nthree\n',
      readlines: 'one\ntwo\nthree\n',
    };
    expect(await child.stdout.read()).toBe(rest[form]);
    await child[Symbol.asyncDispose]();
  });

  test('ends a read that waits behind another', async () => {
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE, text: true });
    const first = child.stdout.readline();
    await expect(child.stdout.readline(-1, { signal: soon() })).rejects.toBe(REASON);
    const third = child.stdout.readline();
    await child.stdin.write('one\nthree\n');
    expect([await first, await third]).toEqual(['one\n', 'three\n']);
    await child[Symbol.asyncDispose]();
  });

  test('of a write gives up what is not in the pipe, and only that', async () => {
    const child = new Popen(['sh', '-c', 'read go; cat'], { stdin: PIPE, stdout: PIPE });
    await child.stdin.write('go\nfirst,');
    const aborted = child.stdin.write(Buffer.alloc(1_000_000, 'x'), { signal: soon() });
    const last = child.stdin.write(',last');
    await expect(aborted).rejects.toBe(REASON);
    const [output] = await child.communicate();
    expect(await last).toBe(5);
    expect(String(output)).toMatch(/^first,x*,last$/);
    expect(output.length).toBeLessThan(1_000_000);
  });

  test('of a write loses nothing that was buffered before it', async () => {
    const child = new Popen(['sh', '-c', 'sleep 0.1; cat'], { stdin: PIPE, stdout: PIPE, bufsize: 500_000 });
    expect(await child.stdin.write(Buffer.alloc(400_000, 'a'))).toBe(400_000); // in the buffer
    await expect(child.stdin.write(Buffer.alloc(400_000, 'b'), { signal: soon() })).rejects.toBe(REASON);
    const [output] = await child.communicate();
    expect(output.lastIndexOf('a')).toBe(399_999);
  });

  test('of a run kills the tree', async () => {
    const controller = new AbortController();
    const { stdout, stdin } = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    const aborted = run(['sh', '-c', 'sleep 1000 & echo $! $$; wait'], {
      stdout: stdin.fileno(),
      signal: controller.signal,
      killTree: true,
    });
    const pids = pidsIn(await stdout.readline());
    killAfterwards(pids);
    controller.abort(REASON);
    await expect(aborted).rejects.toBe(REASON);
    await haveEnded(pids);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    await stdin.close();
  });
});

describe("Popen's option signal", () => {
  test.each([
    [{}, false],
    [{ killTree: true }, true],
  ])('ends the child (%o)', async (options, ends) => {
    const controller = new AbortController();
    const child = new Popen(['sh', '-c', 'sleep 1000 & echo $!; wait'], {
      stdout: PIPE,
      signal: controller.signal,
      ...options,
    });
    const [grandchild] = pidsIn(await child.stdout.readline());
    killAfterwards([grandchild!]);
    controller.abort(REASON);
    expect(await child.wait()).toBe(-9);
    if (ends) await haveEnded([grandchild!]);
    else expect(runs(grandchild!)).toBe(true);
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    child.stdout.close();
  });

  test('gives the child time, and an exchange under way keeps what it says', async () => {
    const controller = new AbortController();
    const script = 'trap "echo bye; exit 3" TERM; echo up; while :; do sleep 0.02; done';
    const child = new Popen(['sh', '-c', script], {
      stdout: PIPE,
      text: true,
      signal: controller.signal,
      killAfter: 15,
    });
    expect(await child.stdout.readline()).toBe('up\n');
    const exchange = child.communicate();
    controller.abort(REASON);
    expect(await exchange).toEqual(['bye\n', null]);
    expect(child.returncode).toBe(3);
  });
});

test('aborted waits do not keep the program alive', async () => {
  const waits = ['read', 'lines', 'wait', 'write', 'communicate'];
  const { end, stdout } = await program('abandons', ['abort', ...waits]);
  expect({ end, stdout }).toEqual({ end: 0, stdout: `${'aborted\n'.repeat(waits.length)}the children run\n` });
});
