import { inspect } from 'node:util';
import { RuntimeWarning, ValueError, warn } from '@prac/exceptions';
import { SubprocessError } from '../errors.ts';
import type { PopenOptions } from '../options.ts';
import type { Codec } from './codec.ts';
import { type Identity, identityOf } from './identity.ts';
import { textModeOf } from './text-mode.ts';
import { refuseUnknown } from './unknown-options.ts';

/** What Python has and a JavaScript runtime cannot do, or only Windows can, with the reason. */
const REFUSED: Readonly<Record<string, () => Error>> = {
  preexecFn: () => new TypeError('preexec_fn is not possible: no JavaScript can run between fork and exec'),
  startupinfo: () => new ValueError('startupinfo is only supported on Windows platforms'),
  creationflags: () => new ValueError('creationflags is only supported on Windows platforms'),
};

/** Every option of Popen; a key that is none of them is refused. */
const KNOWN: ReadonlySet<string> = new Set<keyof PopenOptions>([
  'bufsize',
  'executable',
  'stdin',
  'stdout',
  'stderr',
  'closeFds',
  'shell',
  'cwd',
  'env',
  'universalNewlines',
  'restoreSignals',
  'startNewSession',
  'passFds',
  'user',
  'group',
  'extraGroups',
  'encoding',
  'errors',
  'text',
  'umask',
  'pipesize',
  'processGroup',
  'killTree',
  'killAfter',
  'dieWithParent',
  'maxOutput',
  'signal',
  ...(Object.keys(REFUSED) as (keyof PopenOptions)[]),
]);

/** The options that are neither streams nor names: checked, with their defaults. */
export interface Settings {
  readonly bufsize: number;
  readonly pipesize: number;
  readonly closeFds: boolean;
  readonly passFds: readonly number[];
  readonly identity: Identity;
  readonly umask: number | undefined;
  readonly processGroup: number | undefined;
  readonly codec: Codec | undefined;
  readonly maxOutput: number | undefined;
  readonly killAfter: number | undefined;
}

/** @throws {TypeError} {ValueError} {SubprocessError} with CPython's texts where it has one. */
export function settingsOf(options: PopenOptions): Settings {
  refuseImpossible(options);
  refuseUnknown(options, KNOWN);
  const bufsize = integer('bufsize', options.bufsize ?? -1, `bufsize must be an integer`);
  const pipesize = integer('pipesize', options.pipesize ?? -1, `pipesize must be an integer`);
  const passFds = (options.passFds ?? []).map((fd) => integer('passFds', fd));
  const closeFds = options.closeFds ?? true;
  if (passFds.length > 0 && !closeFds) warn('pass_fds overriding close_fds.', RuntimeWarning);
  const { text, universalNewlines } = options;
  if (text != null && universalNewlines != null && text !== universalNewlines) {
    throw new SubprocessError(
      'Cannot disambiguate when both text and universal_newlines are supplied but different. Pass one or the other.',
    );
  }
  const umask = integer('umask', options.umask ?? -1);
  const processGroup = options.processGroup == null ? -1 : integer('processGroup', options.processGroup);
  return {
    bufsize,
    pipesize,
    closeFds: closeFds || passFds.length > 0,
    passFds,
    identity: identityOf(options),
    umask: umask < 0 ? undefined : umask,
    processGroup: processGroup < 0 ? undefined : processGroup,
    codec: textModeOf(options),
    maxOutput: limit('maxOutput', options.maxOutput),
    killAfter: limit('killAfter', options.killAfter),
  };
}

function refuseImpossible(options: PopenOptions): void {
  for (const [name, refusal] of Object.entries(REFUSED)) {
    const value = (options as Readonly<Record<string, unknown>>)[name];
    if (value != null && value !== 0) throw refusal();
  }
}

function integer(
  name: string,
  value: unknown,
  text = `Expected ${name} to be an integer, got ${inspect(value)}`,
): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) throw new TypeError(text);
  return value;
}

function limit(name: string, value: number | null | undefined): number | undefined {
  if (value == null) return undefined;
  if (typeof value !== 'number' || Number.isNaN(value))
    throw new TypeError(`Expected ${name} to be a number, got ${inspect(value)}`);
  if (value < 0) throw new ValueError(`Expected ${name} to be 0 or more, got ${value}`);
  return value;
}
