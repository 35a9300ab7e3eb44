import type { Readable, Writable } from 'node:stream';
import type { DEVNULL, PIPE, STDOUT } from './constants.ts';
import type { PipeReader } from './pipe-reader.ts';
import type { PipeWriter } from './pipe-writer.ts';
import type { ShellCommand } from './template-tags.ts';

/** One argument of a command, or a path: text, bytes as they are, or a `file:` URL. */
export type PathLike = string | Uint8Array | URL;

/** What to run: an argument list, one string (a program without arguments, or the shell's command line), or what {@link sh} made. */
export type Command = readonly PathLike[] | PathLike | ShellCommand;

/** Anything that has a descriptor: a `FileHandle`, a socket, an `fs.WriteStream`, one of Python's file-like objects. */
export interface HasDescriptor {
  readonly fd?: number | undefined;
  fileno?(): number;
}

/** Where a child's stdin comes from. A Node stream or an async iterable is pumped through a pipe by this process. */
export type StdinSource =
  | typeof PIPE
  | typeof DEVNULL
  | number
  | HasDescriptor
  | PipeReader<string | Buffer>
  | Readable
  | AsyncIterable<Uint8Array | string>
  | null;

/** Where a child's stdout or stderr goes. A Node stream is fed through a pipe by this process. */
export type OutputTarget = typeof PIPE | typeof DEVNULL | number | HasDescriptor | Writable | null;

/** Options of {@link Popen}: Python's, in Python's order, then ours. */
export interface PopenOptions {
  /**
   * How writes to the child's stdin are buffered: 0 or -1 not at all, a larger number up to that many bytes, 1 by lines (in
   * text mode). @defaultValue -1
   */
  readonly bufsize?: number | null | undefined;
  /** A program to execute instead of the first argument, which stays the name that it sees. @defaultValue the first argument */
  readonly executable?: PathLike | null | undefined;
  /** @defaultValue null: the parent's */
  readonly stdin?: StdinSource | undefined;
  /** @defaultValue null: the parent's */
  readonly stdout?: OutputTarget | undefined;
  /** @defaultValue null: the parent's */
  readonly stderr?: OutputTarget | typeof STDOUT | undefined;
  /** Close every descriptor above 2 in the child, except `passFds`. @defaultValue true */
  readonly closeFds?: boolean | null | undefined;
  /** Give the command to `/bin/sh -c`; further arguments are the shell's `$0`, `$1` … @defaultValue false */
  readonly shell?: boolean | null | undefined;
  /** Working directory of the child. @defaultValue the parent's */
  readonly cwd?: PathLike | null | undefined;
  /** The whole environment of the child. @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>> | null | undefined;
  /** Another name for `text`. */
  readonly universalNewlines?: boolean | null | undefined;
  /** Set SIGPIPE and SIGXFSZ, which Node ignores, back to their defaults in the child. @defaultValue true */
  readonly restoreSignals?: boolean | null | undefined;
  /** Make the child the leader of a new session (`setsid`). @defaultValue false */
  readonly startNewSession?: boolean | null | undefined;
  /** Descriptors that the child inherits under the same numbers. @defaultValue none */
  readonly passFds?: readonly number[] | null | undefined;
  /** The user to run as, by name or number. @defaultValue the parent's */
  readonly user?: string | number | null | undefined;
  /** The group to run as, by name or number. @defaultValue the parent's */
  readonly group?: string | number | null | undefined;
  /** The supplementary groups, by name or number. @defaultValue the parent's */
  readonly extraGroups?: readonly (string | number)[] | null | undefined;
  /** Text mode with this encoding (Python's name or WHATWG's). @defaultValue utf-8, if another option asks for text */
  readonly encoding?: string | null | undefined;
  /** Text mode with this handling of what cannot be encoded or decoded. @defaultValue 'strict' */
  readonly errors?: ErrorHandling | null | undefined;
  /** Text mode: strings instead of bytes, line ends become `\n`. @defaultValue false */
  readonly text?: boolean | null | undefined;
  /** The child's file mode creation mask; -1 for the parent's. @defaultValue -1 */
  readonly umask?: number | null | undefined;
  /** Capacity of the pipes in bytes; -1 for the system's. @defaultValue -1 */
  readonly pipesize?: number | null | undefined;
  /** Process group to put the child into; 0 makes a new one. @defaultValue the parent's */
  readonly processGroup?: number | null | undefined;

  /**
   * Kill the descendants too where the child is killed for you: at a time limit, at an abort. `true` puts the child into a
   * process group of its own, so that orphaned grandchildren are found too (the terminal's Ctrl-C then does not reach it).
   *
   * @defaultValue for the `run` functions with a `timeout` or `signal`, true; the group is made only where stdout and stderr
   * are captured and this process has no terminal
   */
  readonly killTree?: boolean | null | undefined;
  /** Where the child would be killed: terminate it first (SIGTERM), kill it after so many seconds. @defaultValue kill at once */
  readonly killAfter?: number | null | undefined;
  /** Kill the child's process group when this process ends in any way, SIGKILL included. @defaultValue false */
  readonly dieWithParent?: boolean | null | undefined;
  /** Kill the child when one of its captured streams exceeds so many bytes: {@link OutputLimitExceeded}. @defaultValue no limit */
  readonly maxOutput?: number | null | undefined;
  /** Kill the child when this signal aborts. */
  readonly signal?: AbortSignal | null | undefined;
}

/** How text that cannot be encoded or decoded is handled: Python's error handlers. */
export type ErrorHandling = 'strict' | 'ignore' | 'replace' | 'backslashreplace' | 'surrogateescape';

/** Options of {@link run}. */
export interface RunOptions extends PopenOptions {
  /** Given to the child's stdin, which is then a pipe. @defaultValue none */
  readonly input?: string | Uint8Array | null | undefined;
  /** Capture stdout and stderr. @defaultValue false */
  readonly captureOutput?: boolean | null | undefined;
  /** Time limit in seconds; the child is then killed, and {@link TimeoutExpired} thrown. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /** Throw {@link CalledProcessError} if the return code is not 0. @defaultValue false */
  readonly check?: boolean | null | undefined;
}

/** Options of {@link call} and {@link checkCall}. */
export interface CallOptions extends PopenOptions {
  /** Time limit in seconds; the child is then killed, and {@link TimeoutExpired} thrown. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
}

/** Options of {@link checkOutput}. */
export interface CheckOutputOptions extends Omit<PopenOptions, 'stdout'> {
  /** Given to the child's stdin, which is then a pipe. @defaultValue none */
  readonly input?: string | Uint8Array | null | undefined;
  /** Time limit in seconds; the child is then killed, and {@link TimeoutExpired} thrown. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
}

/** Options of {@link getoutput} and {@link getstatusoutput}. */
export interface GetoutputOptions {
  /** @defaultValue utf-8 */
  readonly encoding?: string | null | undefined;
  /** @defaultValue 'strict' */
  readonly errors?: ErrorHandling | null | undefined;
}

/** Options of a wait: a time limit in seconds, and a signal that ends the wait (not the child). */
export interface WaitOptions {
  /** Time limit in seconds. @defaultValue no limit */
  readonly timeout?: number | null | undefined;
  /** Ends the wait; the promise rejects with its reason. */
  readonly signal?: AbortSignal | null | undefined;
}

/** Options of `Popen.communicate`. */
export interface CommunicateOptions extends WaitOptions {
  /** Given to the child's stdin, which must be a pipe. @defaultValue none */
  readonly input?: string | Uint8Array | null | undefined;
}

// What a call returns follows from its options.

/** No options at all. */
export type NoOptions = Record<never, never>;

type Asked<O, K extends string> = K extends keyof O ? O[K] : undefined;
type Yes<T> = [T] extends [true | string] ? true : false; // certainly asked for
type Perhaps<T> = [Extract<T, true | string>] extends [never] ? false : true; // as far as the type tells
type TextOption = 'text' | 'universalNewlines' | 'encoding' | 'errors';
type SomeOf<O, Test extends 'yes' | 'perhaps', K extends TextOption = TextOption> = true extends {
  [P in K]: Test extends 'yes' ? Yes<Asked<O, P>> : Perhaps<Asked<O, P>>;
}[K]
  ? true
  : false;

/** What the options make of output: text, bytes, or either where the type of the options does not tell. */
export type OutputOf<O> =
  SomeOf<O, 'yes'> extends true ? string : SomeOf<O, 'perhaps'> extends true ? string | Buffer : Buffer;

type Captured<O, K extends 'stdout' | 'stderr'> =
  Yes<Asked<O, 'captureOutput'>> extends true
    ? OutputOf<O>
    : [Asked<O, K>] extends [typeof PIPE]
      ? OutputOf<O>
      : Perhaps<Asked<O, 'captureOutput'>> extends true
        ? OutputOf<O> | null
        : [Extract<Asked<O, K>, typeof PIPE | number>] extends [typeof DEVNULL | typeof STDOUT]
          ? null
          : OutputOf<O> | null;

/** The type of a captured stdout. */
export type StdoutOf<O> = Captured<O, 'stdout'>;
/** The type of a captured stderr. */
export type StderrOf<O> = Captured<O, 'stderr'>;

/** The type of a reading stream. */
export type ReaderOf<O, K extends 'stdout' | 'stderr'> = [Asked<O, K>] extends [typeof PIPE]
  ? PipeReader<OutputOf<O>>
  : PipeReader<OutputOf<O>> | null;

/** What the types of a child say about its pipes. */
export interface PopenShape {
  readonly stdin: PipeWriter | null;
  readonly stdout: PipeReader<string | Buffer> | null;
  readonly stderr: PipeReader<string | Buffer> | null;
  /** What `communicate` returns. */
  readonly output: readonly [stdout: string | Buffer | null, stderr: string | Buffer | null];
}

/** The shape that options make. */
export interface ShapeOf<O> extends PopenShape {
  readonly stdin: [Asked<O, 'stdin'>] extends [typeof PIPE] ? PipeWriter : PipeWriter | null;
  readonly stdout: ReaderOf<O, 'stdout'>;
  readonly stderr: ReaderOf<O, 'stderr'>;
  readonly output: [stdout: StdoutOf<O>, stderr: StderrOf<O>];
}
