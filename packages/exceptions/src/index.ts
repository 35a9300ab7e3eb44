// In the order of Python's docs: "Built-in Exceptions", then `warnings`, `os`, `repr`.

export { addressOf } from './address-of.ts';
export { ArithmeticError, OverflowError, ZeroDivisionError } from './arithmetic-error.ts';
export { AssertionError } from './assertion-error.ts';
export { AttributeError } from './attribute-error.ts';
export { BaseException } from './base-exception.ts';
export { BufferError } from './buffer-error.ts';
export { checkedOptions } from './checked-options.ts';
export { EOFError } from './eof-error.ts';
export { Exception, isException } from './exception.ts';
export { BaseExceptionGroup, ExceptionGroup } from './exception-group.ts';
export type { Condition, ExceptionClass, Selected } from './internal/group-select.ts';
export type { Filename } from './internal/os-error-text.ts';
export { InternalError } from './internal-error.ts';
export { KeyboardInterrupt } from './keyboard-interrupt.ts';
export { IndexError, KeyError, LookupError } from './lookup-error.ts';
export { MemoryError } from './memory-error.ts';
export {
  BlockingIOError,
  BrokenPipeError,
  ChildProcessError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  ConnectionResetError,
  FileExistsError,
  FileNotFoundError,
  InterruptedError,
  IsADirectoryError,
  NotADirectoryError,
  OSError,
  PermissionError,
  ProcessLookupError,
  TimeoutError,
} from './os-error.ts';
export { repr } from './repr.ts';
export { NotImplementedError, RecursionError, RuntimeError } from './runtime-error.ts';
export { strerror } from './strerror.ts';
export { SystemExit } from './system-exit.ts';
export { UnicodeDecodeError, UnicodeEncodeError, UnicodeError } from './unicode-error.ts';
export { ValueError } from './value-error.ts';
export { type WarningCategory, warn } from './warn.ts';
export { DeprecationWarning, ResourceWarning, RuntimeWarning, UserWarning, Warning } from './warning.ts';
