import { createSubprocessExec, createSubprocessShell, createTask, run, sleep, timeout } from '@prac/asyncio';
import { FileNotFoundError, ProcessLookupError, TimeoutError, ValueError } from '@prac/exceptions';
import { DEVNULL, PIPE, STDOUT } from '@prac/subprocess';
import { waitUntil } from '@prac/testing';
import { expect, test } from 'vitest';

test('communicate: in, out, and how it has ended', async () => {
  await run(async () => {
    const child = await createSubprocessShell('cat; echo oops >&2; exit 3', {
      stdin: PIPE,
      stdout: PIPE,
      stderr: PIPE,
    });
    expect(child.returncode).toBe(null);
    const [stdout, stderr] = await child.communicate(Buffer.alloc(200_000, 'x'));
    expect([stdout?.length, String(stderr), child.returncode]).toEqual([200_000, 'oops\n', 3]);
    const quiet = await createSubprocessExec('echo', 'hello', { stdout: DEVNULL });
    expect([await quiet.communicate(), quiet.stdout]).toEqual([[null, null], null]);
    await expect(quiet.communicate('x')).rejects.toThrow(ValueError);
  });
});

test('streams: line by line, there and back', async () => {
  await run(async () => {
    const child = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
    for (const word of ['one\n', 'two\n']) {
      child.stdin!.write(word);
      await child.stdin!.drain();
      expect(String(await child.stdout!.readline())).toBe(word);
    }
    child.stdin!.close();
    expect([await child.wait(), (await child.stdout!.read()).length]).toEqual([0, 0]);
    const lines: string[] = [];
    const both = await createSubprocessShell('echo a; echo b >&2', { stdout: PIPE, stderr: STDOUT });
    for await (const line of both.stdout!) lines.push(String(line));
    expect([await both.wait(), lines]).toEqual([0, ['a\n', 'b\n']]);
  });
});

test('a process goes on when nobody waits for it any more; signals', async () => {
  await run(async () => {
    const child = await createSubprocessExec('sleep', '60');
    await expect(timeout(0.01, () => child.wait())).rejects.toThrow(TimeoutError);
    expect(child.returncode).toBe(null);
    const waiting = createTask(() => child.wait());
    await sleep(0);
    child.terminate();
    expect(await waiting).toBe(-15);
    expect(String(child)).toBe(`<Process ${child.pid}>`);
    expect(() => child.kill()).toThrow(ProcessLookupError);
    const short = await createSubprocessExec('true', { stdin: PIPE });
    await waitUntil(() => short.returncode === 0); // without waiting for it
    short.stdin!.close();
    expect(await short.communicate()).toEqual([null, null]);
  });
});

test('a process that does not read its input', async () => {
  await run(async () => {
    const child = await createSubprocessExec('true', { stdin: PIPE, stdout: PIPE });
    expect((await child.communicate(Buffer.alloc(1_000_000)))[0]?.length).toBe(0);
  });
});

test('what cannot be started, and what is wrong', async () => {
  await expect(createSubprocessExec('/nonexistent/program')).rejects.toThrow(FileNotFoundError);
  await expect(createSubprocessExec('echo', 5 as never)).rejects.toThrow(TypeError);
  await expect(createSubprocessExec('echo', { text: true } as never)).rejects.toThrow('Unknown option');
  await expect(createSubprocessShell(['echo'] as never)).rejects.toThrow('cmd must be a string');
});
