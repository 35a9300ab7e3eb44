import { format } from 'node:util';
import { currentThread } from '@prac/sync';
import { type ConsolaInstance, createConsola, LogLevels } from 'consola/core';

/*
 * Logging for the demos, as Python's logging.basicConfig(level=DEBUG, format=…) sets it up: lines on standard error that say
 * which thread wrote them, each written at once and in one piece.
 *
 * A program imports one of the loggers. A function that goes to a thread finds the same one there: it is imported again, and
 * each thread has its own.
 */

/** What is known of a message. */
export interface LogRecord {
  readonly message: string;
  readonly threadName: string;
  readonly date: Date;
}

/** Python: `(%(threadName)-10s) %(message)s`. */
export const logging: ConsolaInstance = loggerWith(
  ({ threadName, message }) => `(${threadName.padEnd(10)}) ${message}`,
);

/** Python: `%(asctime)s (%(threadName)-2s) %(message)s`. */
export const timedLogging: ConsolaInstance = loggerWith(
  ({ date, threadName, message }) => `${asctime(date)} (${threadName.padEnd(2)}) ${message}`,
);

function loggerWith(line: (record: LogRecord) => string): ConsolaInstance {
  return createConsola({
    level: LogLevels.debug,
    throttle: 0, // equal messages are no mistake: threads do the same things
    reporters: [
      {
        log({ args: [first, ...others], date }) {
          const message = format(first, ...others);
          console.error(line({ message, threadName: currentThread().name, date }));
        },
      },
    ],
  });
}

/** Local time with milliseconds, such as `2026-03-01 09:30:00,125`. */
export function asctime(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
  return `${day} ${time},${String(date.getMilliseconds()).padStart(3, '0')}`;
}
