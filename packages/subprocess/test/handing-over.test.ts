import { PIPE, Popen, pipeline, STDOUT, TimeoutExpired, ValueError } from '@prac/subprocess';
import { expectNothingLeft, leftovers, waitUntil } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { testOf } from './helpers/engine.ts';
import { forms } from './helpers/forms.ts';

describe.each(forms)("a child's output as the next child's stdin, $name", (form) => {
  test('flows there, and is closed here', async () => {
    const first = new Popen(['printf', 'b\\na\\n'], { stdout: PIPE });
    const second = new Popen(['sort'], { stdin: first.stdout, stdout: PIPE });
    expect(first.stdout.closed).toBe(true);
    expect((await second.communicate())[0].toString()).toBe('a\nb\n');
    expect([await first.wait(), second.returncode]).toEqual([0, 0]);
  });

  test('is refused to everybody else from then on', async () => {
    const first = new Popen(['echo', 'x'], { stdout: PIPE });
    const second = new Popen(['cat'], { stdin: first.stdout, stdout: PIPE });
    await expect(form.read(first.stdout)).rejects.toThrow(new ValueError('I/O operation on closed file.'));
    expect(() => new Popen(['cat'], { stdin: first.stdout })).toThrow(ValueError);
    await second.communicate();
    await first.wait();
  });

  test('comes after what was read here, also what was read ahead', async () => {
    const first = new Popen(['printf', 'one\\ntwo\\nthree'], { stdout: PIPE });
    expect((await form.readline(first.stdout)).toString()).toBe('one\n');
    const second = new Popen(['cat'], { stdin: first.stdout, stdout: PIPE });
    expect((await second.communicate())[0].toString()).toBe('two\nthree');
    await first.wait();
  });

  test('is there after the first child has ended', async () => {
    const first = new Popen(['printf', 'late'], { stdout: PIPE });
    await form.wait(first);
    const second = new Popen(['cat'], { stdin: first.stdout, stdout: PIPE });
    expect((await second.communicate())[0].toString()).toBe('late');
  });
});

describe("a child's output as the next child's stdin", () => {
  testOf('real pipes', 'ends the first child by SIGPIPE when the second has enough', async () => {
    const yes = new Popen(['yes'], { stdout: PIPE });
    const head = new Popen(['head', '-1'], { stdin: yes.stdout, stdout: PIPE, text: true });
    expect((await head.communicate())[0]).toBe('y\n');
    expect([await yes.wait(), head.returncode]).toEqual([-13, 0]);
  });

  testOf('opening pipes by name', 'can be opened by name there', async () => {
    const first = new Popen(['echo', 'by name'], { stdout: PIPE });
    const second = new Popen(['cat', '/dev/stdin'], { stdin: first.stdout, stdout: PIPE, text: true });
    expect((await second.communicate())[0]).toBe('by name\n');
    await first.wait();
  });

  test('is refused while it is read here', async () => {
    const first = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    const read = first.stdout.read();
    expect(() => new Popen(['cat'], { stdin: first.stdout })).toThrow('another operation on this stream has not ended');
    await first.stdin.close();
    await read;
    await first.wait();
  });

  test('is refused as stdout or stderr', async () => {
    const first = new Popen(['echo', 'x'], { stdout: PIPE });
    expect(() => new Popen(['cat'], { stdout: first.stdout as never })).toThrow(TypeError);
    await first.communicate();
  });

  test('stays usable if the second child cannot be started', async () => {
    const first = new Popen(['echo', 'x'], { stdout: PIPE });
    expect(() => new Popen(['nonexistent'], { stdin: first.stdout })).toThrow('nonexistent');
    expect((await first.communicate())[0].toString()).toBe('x\n');
  });
});

describe('pipeline', () => {
  const numbers = [
    ['seq', '10'],
    ['tail', '-3'],
    ['head', '-1'],
  ];

  test('connects the commands and gives the output of the last', async () => {
    const line = pipeline(numbers, { stdout: PIPE, text: true });
    expect(await line.communicate()).toEqual(['8\n']);
    expect(line.returncodes).toEqual([0, 0, 0]);
    expect(String(line)).toMatch(/^<Pipeline: returncodes: \[0, 0, 0\] args: \[\['seq', '10'\], /);
  });

  testOf('blocking pipes', 'does so in the blocking form', () => {
    const line = pipeline(numbers, { stdout: PIPE });
    expect(line.communicateSync()[0].toString()).toBe('8\n');
    expect(line.waitSync()).toEqual([0, 0, 0]);
  });

  test('gives its input to the first', async () => {
    const line = pipeline([['tr', 'a-z', 'A-Z'], ['rev']], { stdin: PIPE, stdout: PIPE, text: true });
    expect(await line.communicate({ input: 'abc' })).toEqual(['CBA']);
  });

  test('moves more than the pipes hold', async () => {
    const input = Buffer.alloc(2_000_000, 'x');
    const line = pipeline([['cat'], ['cat'], ['cat']], { stdin: PIPE, stdout: PIPE });
    expect((await line.communicate({ input }))[0].equals(input)).toBe(true);
  });

  test('of one command is that command', async () => {
    expect(await pipeline([['echo', 'x']], { stdout: PIPE, text: true }).communicate()).toEqual(['x\n']);
  });

  test('tells the return code of each', async () => {
    const line = pipeline(
      [
        ['sh', '-c', 'exit 3'],
        ['sh', '-c', 'cat; exit 4'],
      ],
      { stdout: PIPE },
    );
    expect(await line.wait()).toEqual([3, 4]);
    expect(line.poll()).toEqual([3, 4]);
    line.stdout.close();
  });

  testOf('real pipes', 'is quick when the last has enough', async () => {
    const line = pipeline([['yes'], ['head', '-2']], { stdout: PIPE, text: true });
    expect(await line.communicate()).toEqual(['y\ny\n']);
    expect(line.returncodes).toEqual([-13, 0]);
  });

  test('poll is null while one of them runs, and kill ends them all', async () => {
    const line = pipeline([['sleep', '60'], ['cat']]);
    expect(line.poll()).toBeNull();
    await expect(line.wait(0.05)).rejects.toBeInstanceOf(TimeoutExpired);
    line.kill();
    await waitUntil(() => line.poll() !== null);
    expect(line.returncodes[0]).toBe(-9);
  });

  test('refuses to be empty, and leaves nothing if a command cannot be started', async () => {
    expect(() => pipeline([])).toThrow(ValueError);
    await new Popen(['true']).wait();
    const before = leftovers();
    expect(() => pipeline([['sleep', '60'], ['nonexistent']], { stdout: PIPE })).toThrow('nonexistent');
    const others = { ...before, descriptors: leftovers().descriptors };
    await expectNothingLeft(others);
  });

  test('stderr of every command goes where it is told', async () => {
    expect(() => pipeline([['true']], { stderr: STDOUT as never })).not.toThrow();
  });
});
