import { repr, ValueError } from '@prac/exceptions';
import { processName } from './internal/identity.ts';
import { shared, travels } from './internal/world.ts';
import { writeError } from './internal/write-error.ts';

/** Levels of Python's logging. */
const LEVELS = {
  NOTSET: 0,
  SUBDEBUG: 5,
  DEBUG: 10,
  INFO: 20,
  SUBWARNING: 25,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50,
} as const;

export type LevelName = keyof typeof LEVELS;

/** What this process logs. Those that it starts begin with the same. @internal */
export interface LoggingState {
  /** Lines below are dropped. */
  level: number;
  isShown: boolean;
}

const state: LoggingState = shared('logging', () => ({ level: LEVELS.WARNING, isShown: false }));

/** @internal */
export function loggingState(): LoggingState {
  return state;
}

/** The log of processes: their starts, ends, and what you add. */
export class Logger {
  /** The lowest level that is logged. */
  get level(): number {
    return state.level;
  }

  /**
   * Python: `Logger.setLevel`.
   *
   * @param level - A number, or a name: `'INFO'`.
   * @throws {ValueError} for an unknown name.
   */
  setLevel(level: number | LevelName): void {
    state.level = levelOf(level);
  }

  /** Logs a line. */
  log(level: number | LevelName, message: string): void {
    const number = levelOf(level);
    if (!state.isShown || number < state.level) return;
    writeError(`[${nameOf(number)}/${processName()}] ${message}\n`);
  }

  debug(message: string): void {
    this.log('DEBUG', message);
  }

  info(message: string): void {
    this.log('INFO', message);
  }

  warning(message: string): void {
    this.log('WARNING', message);
  }

  error(message: string): void {
    this.log('ERROR', message);
  }

  critical(message: string): void {
    this.log('CRITICAL', message);
  }
}

function levelOf(level: number | LevelName): number {
  if (typeof level === 'number' && Number.isInteger(level)) return level;
  if (typeof level === 'number') throw new TypeError(`Expected a level, got ${repr(level)}`);
  if (!Object.hasOwn(LEVELS, level)) throw new ValueError(`Unknown level: ${repr(level)}`);
  return LEVELS[level];
}

function nameOf(level: number): string {
  return Object.entries(LEVELS).find(([, number]) => number === level)?.[0] ?? `Level ${level}`;
}

const logger = new Logger();

/** The logger of this package. Python: `multiprocessing.get_logger`. */
export function getLogger(): Logger {
  return logger;
}

/**
 * Has the log written to stderr, `[INFO/Process-1] child process calling self.run()`: in this process, and in those that it starts from now
 * on.
 *
 * Python: `multiprocessing.log_to_stderr`.
 *
 * @param level - The lowest level that is logged. @defaultValue as before: WARNING at first
 * @example
 * import { getLogger, logToStderr } from '@prac/pool';
 * logToStderr('INFO').info('hello'); // [INFO/MainProcess] hello
 * getLogger().setLevel('WARNING');
 */
export function logToStderr(level?: number | LevelName | null): Logger {
  if (level != null) logger.setLevel(level);
  state.isShown = true;
  return logger;
}

travels('getLogger', getLogger);
travels('logToStderr', logToStderr);
