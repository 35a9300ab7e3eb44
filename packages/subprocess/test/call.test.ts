import {
  CalledProcessError,
  call,
  callSync,
  checkCall,
  checkCallSync,
  checkOutput,
  checkOutputSync,
  DEVNULL,
  getoutput,
  getoutputSync,
  getstatusoutput,
  getstatusoutputSync,
  PIPE,
  STDOUT,
  TimeoutExpired,
  ValueError,
} from '@prac/subprocess';
import { describe, expect, test } from 'vitest';

describe.each([
  { name: 'call', run: call },
  { name: 'callSync', run: async (...args: Parameters<typeof callSync>) => callSync(...args) },
])('$name', ({ run }) => {
  test.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['kill -TERM $$', -15],
  ])('returns what `%s` ends with', async (script, returncode) => {
    expect(await run(['sh', '-c', script])).toBe(returncode);
  });

  test('kills the child at its time limit', async () => {
    const error = await run(['sleep', '60'], { timeout: 0.1 }).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error.message).toBe("Command '['sleep', '60']' timed out after 0.1 seconds");
  });

  test('drops what a pipe brings', async () => {
    expect(await run(['head', '-c', '1000000', '/dev/zero'], { stdout: PIPE })).toBe(0);
  });
});

describe.each([
  { name: 'checkCall', run: checkCall },
  { name: 'checkCallSync', run: async (...args: Parameters<typeof checkCallSync>) => checkCallSync(...args) },
])('$name', ({ run }) => {
  test('returns 0', async () => {
    expect(await run(['true'])).toBe(0);
  });

  test('throws for every other return code, with no output', async () => {
    const error = await run(['sh', '-c', 'exit 47']).catch((e) => e);
    expect(error).toBeInstanceOf(CalledProcessError);
    expect(error).toMatchObject({ returncode: 47, cmd: ['sh', '-c', 'exit 47'], output: null, stderr: null });
  });
});

describe.each([
  { name: 'checkOutput', run: checkOutput },
  {
    name: 'checkOutputSync',
    run: (async (args, options) => checkOutputSync(args, options)) as typeof checkOutput,
  },
])('$name', ({ run }) => {
  test('returns what the child wrote, as bytes or as text', async () => {
    expect(await run(['printf', 'x\\n'])).toEqual(Buffer.from('x\n'));
    expect(await run(['printf', 'x\\n'], { text: true })).toBe('x\n');
  });

  test('stderr can join it', async () => {
    expect(await run(['sh', '-c', 'printf oops >&2'], { stderr: STDOUT, text: true })).toBe('oops');
  });

  test('gives the child its input', async () => {
    expect(await run(['tr', 'a-z', 'A-Z'], { input: 'pear', text: true })).toBe('PEAR');
  });

  test('null as input is an empty stdin', async () => {
    expect(await run('cat', { input: null, text: true })).toBe('');
  });

  test('a failure throws with the output', async () => {
    const error = await run(['sh', '-c', 'printf out; exit 5'], { stderr: DEVNULL }).catch((e) => e);
    expect(error).toBeInstanceOf(CalledProcessError);
    expect(error).toMatchObject({ returncode: 5, output: Buffer.from('out') });
  });

  test('its time limit keeps what was written', async () => {
    const error = await run(['sh', '-c', 'printf out; exec sleep 60'], { timeout: 0.3 }).catch((e) => e);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error.output).toEqual(Buffer.from('out'));
  });

  test.each<[object, string]>([
    [{ stdout: PIPE }, 'stdout argument not allowed, it will be overridden.'],
    [{ check: true }, 'check argument not allowed, it will be overridden.'],
    [{ input: '', stdin: PIPE }, 'stdin and input arguments may not both be used.'],
  ])('refuses %o', async (options, text) => {
    await expect(run(['true'], options)).rejects.toThrow(new ValueError(text));
  });
});

describe.each([
  { name: 'async', status: getstatusoutput, output: getoutput },
  {
    name: 'Sync',
    status: async (...args: Parameters<typeof getstatusoutputSync>) => getstatusoutputSync(...args),
    output: async (...args: Parameters<typeof getoutputSync>) => getoutputSync(...args),
  },
])('getoutput and getstatusoutput, $name', ({ status, output }) => {
  // Recorded from CPython.
  test.each<[string, [number, string]]>([
    ['echo hello', [0, 'hello']],
    ['printf "a\\n\\n"', [0, 'a\n']],
    ['echo oops >&2; exit 3', [3, 'oops']],
    ['exit 3', [3, '']],
    ['kill -9 $$', [-9, '']],
    ['nonexistent_cmd', [127, '/bin/sh: 1: nonexistent_cmd: not found']],
    ['printf "a\\r\\nb"', [0, 'a\nb']],
  ])('`%s` gives %o', async (line, expected) => {
    expect(await status(line)).toEqual(expected);
    expect(await output(line)).toBe(expected[1]);
  });

  test('take an encoding and an error handler', async () => {
    expect(await output('printf "\\351"', { encoding: 'latin-1' })).toBe('é');
    expect(await status('printf "a\\377"', { errors: 'replace' })).toEqual([0, 'a\ufffd']);
  });
});
