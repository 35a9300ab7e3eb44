import type { Writable } from 'node:stream';
import {
  type CompletedProcess,
  call,
  checkOutput,
  checkOutputSync,
  DEVNULL,
  getoutput,
  getstatusoutputSync,
  PIPE,
  type PipeReader,
  type PipeWriter,
  Popen,
  pipeline,
  type RunOptions,
  run,
  runSync,
  STDOUT,
} from '@prac/subprocess';
import { describe, expectTypeOf, test } from 'vitest';

// Checked by `pnpm check`; the functions are never called.
describe('the result follows from the options', () => {
  test('of run', () => {
    const none = () => runSync(['a']);
    const nothing = () => runSync(['a'], { cwd: '/' });
    const bytes = () => runSync(['a'], { captureOutput: true });
    const text = () => runSync(['a'], { captureOutput: true, text: true });
    const encoded = () => runSync(['a'], { stdout: PIPE, encoding: 'utf-16' });
    const forgiving = () => runSync(['a'], { stdout: PIPE, errors: 'replace' });
    expectTypeOf(none).returns.toEqualTypeOf<CompletedProcess<null, null>>();
    expectTypeOf(nothing).returns.toEqualTypeOf<CompletedProcess<null, null>>();
    expectTypeOf(bytes).returns.toEqualTypeOf<CompletedProcess<Buffer, Buffer>>();
    expectTypeOf(text).returns.toEqualTypeOf<CompletedProcess<string, string>>();
    expectTypeOf(encoded).returns.toEqualTypeOf<CompletedProcess<string, null>>();
    expectTypeOf(forgiving).returns.toEqualTypeOf<CompletedProcess<string, null>>();
  });

  test('of run with a stream that is not captured', () => {
    const merged = () => runSync(['a'], { stdout: PIPE, stderr: STDOUT });
    const dropped = () => runSync(['a'], { stdout: DEVNULL, stderr: PIPE, text: false });
    expectTypeOf(merged).returns.toEqualTypeOf<CompletedProcess<Buffer, null>>();
    expectTypeOf(dropped).returns.toEqualTypeOf<CompletedProcess<null, Buffer>>();
  });

  test('the asynchronous form resolves to the same', () => {
    const text = () => run(['a'], { captureOutput: true, text: true });
    expectTypeOf(text).returns.resolves.toEqualTypeOf<CompletedProcess<string, string>>();
  });

  test('options of a wider type give a union', () => {
    const any = (options: RunOptions) => runSync(['a'], options);
    const perhaps = (text: boolean) => runSync(['a'], { stdout: PIPE, text }).stdout;
    expectTypeOf(any).returns.toEqualTypeOf<CompletedProcess<string | Buffer | null, string | Buffer | null>>();
    expectTypeOf(perhaps).returns.toEqualTypeOf<string | Buffer>();
  });

  test('of checkOutput, getoutput, getstatusoutput, call', () => {
    expectTypeOf(() => checkOutput(['a'])).returns.resolves.toEqualTypeOf<Buffer>();
    expectTypeOf(() => checkOutputSync(['a'], { text: true })).returns.toEqualTypeOf<string>();
    expectTypeOf(() => getoutput('a')).returns.resolves.toEqualTypeOf<string>();
    expectTypeOf(() => getstatusoutputSync('a')).returns.toEqualTypeOf<[number, string]>();
    expectTypeOf(() => call(['a'])).returns.resolves.toEqualTypeOf<number>();
  });
});

describe("a child's streams follow from the options", () => {
  test('PIPE gives a stream, everything else may be null', () => {
    const piped = () => new Popen(['a'], { stdin: PIPE, stdout: PIPE });
    expectTypeOf(piped).returns.toHaveProperty('stdin').toEqualTypeOf<PipeWriter>();
    expectTypeOf(piped).returns.toHaveProperty('stdout').toEqualTypeOf<PipeReader<Buffer>>();
    expectTypeOf(piped).returns.toHaveProperty('stderr').toEqualTypeOf<PipeReader<Buffer> | null>();
  });

  test('text mode gives a stream of strings', () => {
    const text = () => new Popen(['a'], { stdout: PIPE, text: true }).stdout;
    const lines = () => text()[Symbol.asyncIterator]();
    expectTypeOf(text).returns.toEqualTypeOf<PipeReader<string>>();
    expectTypeOf(lines).returns.toEqualTypeOf<AsyncIterableIterator<string>>();
    expectTypeOf(() => text().readlinesSync()).returns.toEqualTypeOf<string[]>();
  });

  test('communicate gives what the streams carry', () => {
    const output = () => new Popen(['a'], { stdout: PIPE, text: true }).communicate();
    const bytes = () => new Popen(['a'], { stdout: PIPE, stderr: PIPE }).communicateSync();
    expectTypeOf(output).returns.resolves.toEqualTypeOf<[string, null]>();
    expectTypeOf(bytes).returns.toEqualTypeOf<[Buffer, Buffer]>();
  });

  test("a pipeline's output is that of its last command", () => {
    const numbers = () => pipeline([['a'], ['b']], { stdout: PIPE, text: true });
    expectTypeOf(() => numbers().communicate()).returns.resolves.toEqualTypeOf<[string]>();
    expectTypeOf(() => numbers().stdout).returns.toEqualTypeOf<PipeReader<string>>();
  });

  test('every child is a Popen, and pipe() returns its destination', () => {
    const child = () => new Popen(['a'], { stdout: PIPE });
    expectTypeOf(child).returns.toExtend<Popen>();
    const send = (to: Writable) => child().stdout.pipe(to);
    expectTypeOf(send).returns.toEqualTypeOf<Writable>();
  });
});
