import { LibcUnavailableError, PIPE, Popen, run, runSync, ValueError } from '@prac/subprocess';
import { describe, expect, test } from 'vitest';
import { type Ability, can, DIFFERENCES, ENGINE } from './helpers/engine.ts';
import { program, temporaryFolder } from './helpers/folder.ts';

/** What happens instead, where an engine lacks an ability. */
const INSTEAD: Record<Ability, () => Promise<void>> = {
  async 'blocking pipes'() {
    const child = new Popen(['cat'], { stdin: PIPE, stdout: PIPE });
    expect(() => child.stdout.readSync()).toThrow(LibcUnavailableError);
    expect(() => child.stdout.readlineSync()).toThrow(LibcUnavailableError);
    expect(() => child.communicateSync()).toThrow(LibcUnavailableError);
    child.kill();
    await child.communicate();
  },
  async 'real pipes'() {
    const { stdout } = await run(['sh', '-c', 'readlink /proc/self/fd/0'], { stdout: PIPE, input: '', text: true });
    expect(stdout).toMatch(/^socket:/);
    const child = new Popen(['true'], { stdout: PIPE });
    expect(() => child.stdout.fileno()).toThrow(new ValueError('this stream has no descriptor'));
    await child.communicate();
  },
  async 'joining groups'() {
    expect(() => new Popen(['true'], { processGroup: 1 })).toThrow(
      `processGroup can only be 0 with the engine ${ENGINE} (a group that is there already needs koffi)`,
    );
  },
  async 'pipe sizes'() {
    expect((await run(['echo', 'x'], { stdout: PIPE, pipesize: 4096, text: true })).stdout).toBe('x\n');
  },
  async 'inherited descriptors'() {
    expect((await run(['true'], { closeFds: false })).returncode).toBe(0);
  },
  async 'ignored signals'() {
    const options = { restoreSignals: false, stdout: PIPE, text: true } as const;
    const { stdout } = await run(['grep', 'SigIgn', '/proc/self/status'], options);
    expect(BigInt(`0x${stdout.split(/\s+/)[1]}`) & (1n << 12n)).toBe(0n);
  },
  async 'bytes as they are'() {
    const { stdout } = await run(['printf', '%s', Buffer.from([0x61, 0xff])], { stdout: PIPE });
    expect(stdout).toEqual(Buffer.from('a\ufffd'));
  },
  async 'exec format errors'() {
    const script = program(temporaryFolder(), 'no-interpreter', 'echo by the shell\n');
    expect((await run([script], { stdout: PIPE, text: true })).stdout).toBe('by the shell\n');
  },
  async 'opening pipes by name'() {
    const args = ['sh', '-c', 'test -r /dev/stdin'];
    expect((await run(args, { input: 'x' })).returncode).toBe(0); // what opening it does depends on the writer
  },
};

describe(`with the engine ${ENGINE}`, () => {
  const abilities = Object.keys(INSTEAD) as Ability[];

  test.skipIf(Object.keys(DIFFERENCES[ENGINE]).length === 0).each(abilities.filter((ability) => !can(ability)))(
    'this happens in place of: %s',
    (ability) => INSTEAD[ability](),
  );

  test('it is the engine that starts children', () => {
    expect(process.env.PRAC_SUBPROCESS_ENGINE).toBe(ENGINE);
  });

  test('an engine of another name is refused at the first child', () => {
    const script = `const { runSync } = await import('@prac/subprocess'); runSync(['true']);`;
    const { returncode, stderr } = runSync([process.execPath, '--input-type=module', '-e', script], {
      env: { ...process.env, PRAC_SUBPROCESS_ENGINE: 'warp' },
      captureOutput: true,
      text: true,
    });
    expect(returncode).toBe(1);
    expect(stderr).toContain('Expected PRAC_SUBPROCESS_ENGINE to be posix-spawn, fifo, child-process, got "warp"');
  });
});
