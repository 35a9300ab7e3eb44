import { isCancel, select } from '@clack/prompts';
import { type Chapter, isPlanned, notThereYet } from '../framework/chapter.ts';
import { isPresent, targetsOf } from '../framework/select.ts';
import type { Terminal } from './terminal.ts';

/** What stands for everything; no chapter may have this name. */
export const ALL = 'all';

interface Option {
  readonly value: string;
  readonly label: string;
  readonly hint?: string;
  readonly disabled?: boolean;
}

/**
 * Asks what to run.
 *
 * @returns {@link ALL}, the id of a chapter or of a scenario, or `null` if the user wants nothing.
 */
export async function menu(chapters: readonly Chapter[], terminal: Terminal): Promise<string | null> {
  const answer = await select({
    message: 'What shall run?',
    options: menuOptions(chapters),
    input: terminal.input,
    output: terminal.output,
    // A menu longer than the window scrolls; some lines are needed for the question and the help.
    maxItems: Math.max(5, terminal.rows - 6),
  });
  return isCancel(answer) ? null : answer;
}

/** "all" first, then each chapter with its scenarios below it. */
export function menuOptions(chapters: readonly Chapter[]): Option[] {
  return [{ value: ALL, label: ALL, hint: 'every scenario that is there' }, ...chapters.flatMap(chapterOptions)];
}

function chapterOptions(chapter: Chapter): Option[] {
  const { name, title, scenarios } = chapter;
  const label = `${name} (${scenarios.length})`;
  if (isPlanned(chapter)) return [{ value: name, label, hint: notThereYet(chapter), disabled: true }];
  const inside = targetsOf(chapter).map((target, index) => ({
    value: target.id,
    label: `  ${index + 1} ${target.name}`,
    ...(isPresent(target) && { hint: target.scenario.title }),
  }));
  return [{ value: name, label, hint: title }, ...inside];
}
