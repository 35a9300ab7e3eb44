// In the order of Python's docs: "Using the subprocess Module", "Popen Objects", "Older high-level API", then ours.

export {
  BrokenPipeError,
  FileNotFoundError,
  IndexError,
  KeyError,
  LookupError,
  NotADirectoryError,
  OSError,
  OverflowError,
  PermissionError,
  RuntimeError,
  UnicodeDecodeError,
  UnicodeEncodeError,
  ValueError,
} from '@prac/exceptions';
export { LibcUnavailableError } from '@prac/libc';
export { call, callSync, checkCall, checkCallSync } from './call.ts';
export { checkOutput, checkOutputSync } from './check-output.ts';
export { CompletedProcess } from './completed-process.ts';
export { DEVNULL, PIPE, STDOUT } from './constants.ts';
export {
  CalledProcessError,
  type Captured,
  type CapturedOutput,
  OutputLimitExceeded,
  SubprocessError,
  TimeoutExpired,
} from './errors.ts';
export { getoutput, getoutputSync, getstatusoutput, getstatusoutputSync } from './getoutput.ts';
export type { ProcessEvent } from './internal/trace.ts';
export { list2cmdline } from './list2cmdline.ts';
export type {
  CallOptions,
  CheckOutputOptions,
  Command,
  CommunicateOptions,
  ErrorHandling,
  GetoutputOptions,
  HasDescriptor,
  NoOptions,
  OutputOf,
  OutputTarget,
  PathLike,
  PopenOptions,
  PopenShape,
  ReaderOf,
  RunOptions,
  ShapeOf,
  StderrOf,
  StdinSource,
  StdoutOf,
  WaitOptions,
} from './options.ts';
export { PipeReader, type ReadOptions } from './pipe-reader.ts';
export { PipeWriter } from './pipe-writer.ts';
export { Pipeline, type PipelineOptions, pipeline } from './pipeline.ts';
export { Popen, type PopenConstructor } from './popen.ts';
export { run, runSync } from './run.ts';
export { cmd, ShellCommand, sh, type TemplateValue } from './template-tags.ts';
