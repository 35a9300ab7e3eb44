import { isPlanned, notThereYet, type PlannedChapter } from '../framework/chapter.ts';
import { count, type Result, secondsOf } from './result.ts';
import type { Colors } from './terminal.ts';

/** The last words of a run: how many passed, what failed, which chapters are not there. */
export function summary(results: readonly Result[], { bold, dim, green, red, yellow }: Colors): string {
  const counts = [
    { status: 'passed', paint: green },
    { status: 'failed', paint: red },
    { status: 'interrupted', paint: yellow },
  ] as const;
  const told = counts
    .map(({ status, paint }) => ({ number: count(results, status), status, paint }))
    .filter(({ number }) => number > 0)
    .map(({ number, status, paint }) => paint(`${number} ${status}`));
  const lines = [`${bold(told.join(', ') || 'nothing ran')} ${dim(`in ${secondsOf(results).toFixed(2)} s`)}`];
  for (const { target } of results.filter(({ status }) => status === 'failed')) {
    lines.push(`${red('✖')} ${target.id} ${target.name}`);
  }
  for (const chapter of plannedChapters(results)) {
    lines.push(dim(`${chapter.name} (${chapter.scenarios.length}) ${notThereYet(chapter)}`));
  }
  return lines.join('\n');
}

function plannedChapters(results: readonly Result[]): Set<PlannedChapter> {
  return new Set(results.map(({ target }) => target.chapter).filter(isPlanned));
}
