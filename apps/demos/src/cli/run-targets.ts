import { runScenario } from '../framework/run-scenario.ts';
import { isPresent, type Present, type Target } from '../framework/select.ts';
import { Interrupts } from './interrupts.ts';
import type { Reporter } from './reporter.ts';
import type { Result } from './result.ts';

/**
 * Runs scenarios one after the other.
 *
 * @returns The exit status: 0 if none failed, 1 if one did, 128 and the signal's number after an interrupt.
 */
export async function runTargets(targets: readonly Target[], reporter: Reporter, hosts?: string): Promise<number> {
  using interrupts = new Interrupts();
  const results: Result[] = [];
  for (const target of targets) {
    if (interrupts.signal.aborted) break;
    if (!isPresent(target)) {
      results.push({ target, status: 'not there yet' });
      continue;
    }
    reporter.started(target);
    const result = await runOne(target, reporter, interrupts.signal, hosts);
    reporter.finished(result);
    results.push(result);
  }
  reporter.done(results);
  return interrupts.exitCode ?? (results.some(({ status }) => status === 'failed') ? 1 : 0);
}

async function runOne(target: Present, reporter: Reporter, signal: AbortSignal, hosts?: string): Promise<Result> {
  const onLine = (line: string) => reporter.line(line);
  const run = await runScenario(target.chapter.folder, target.scenario, { hosts, signal, onLine });
  if (run.ended === 'interrupt') return { target, run, status: 'interrupted' };
  return { target, run, status: run.failures.length === 0 ? 'passed' : 'failed' };
}
