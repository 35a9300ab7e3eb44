import type { Reporter } from './reporter.ts';
import { count, type Result, secondsOf } from './result.ts';
import { print, type Terminal } from './terminal.ts';

/** One JSON document at the end, and nothing before it. */
export function jsonReporter(terminal: Terminal): Reporter {
  return {
    started() {},
    line() {},
    finished() {},
    done: (results) => print(terminal, JSON.stringify(document(results), null, 2)),
  };
}

function document(results: readonly Result[]) {
  return {
    node: process.version,
    passed: count(results, 'passed'),
    failed: count(results, 'failed'),
    interrupted: count(results, 'interrupted'),
    notThereYet: count(results, 'not there yet'),
    seconds: round(secondsOf(results)),
    scenarios: results.map(({ target, status, run }) => ({
      id: target.id,
      chapter: target.chapter.name,
      name: target.name,
      status,
      ...('needs' in target.chapter ? { needs: target.chapter.needs } : {}),
      ...(run && {
        seconds: round(run.seconds),
        exitCode: run.exitCode,
        failures: run.failures,
        stdout: run.stdout,
        stderr: run.stderr,
      }),
    })),
  };
}

/** To milliseconds. */
function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
