import { Command } from 'commander';
import { isPlanned, notThereYet, type PlannedChapter } from '../../framework/chapter.ts';
import { select, type Target, targetsOf } from '../../framework/select.ts';
import { UsageError } from '../../framework/usage-error.ts';
import { jsonReporter } from '../json-reporter.ts';
import { ALL, menu } from '../menu.ts';
import type { Context } from '../practical.ts';
import { runTargets } from '../run-targets.ts';
import { textReporter } from '../text-reporter.ts';

// `run` may be left out, so what it does not know may be one of these, mistyped.
const COMMANDS = ['list', 'show', 'compare', 'help'];

interface Options {
  readonly all?: true;
  readonly hosts?: string;
  readonly json?: true;
}

export function runCommand({ chapters, terminal, exitWith }: Context): Command {
  return new Command('run')
    .description('run scenarios and check what they print')
    .argument('[id...]', 'a chapter, chapter/number or chapter/name')
    .option('--all', 'everything; chapters that are not there yet are named')
    .option('--hosts <list>', 'real hosts for the chapters that fetch pages, separated by commas')
    .option('--json', 'results as JSON, and nothing else on standard output')
    .action(async (ids: string[], options: Options) => {
      const targets = await chosen(ids, options);
      if (targets === null) return;
      const reporter = options.json ? jsonReporter(terminal) : textReporter(terminal);
      exitWith(await runTargets(targets, reporter, options.hosts));
    });

  async function chosen(ids: readonly string[], { all, json }: Options): Promise<Target[] | null> {
    if (all && ids.length > 0) throw new UsageError('--all already includes every scenario: give either it or ids');
    if (ids.length > 0) return present(select(ids, chapters, COMMANDS));
    const ask = !all && !json && terminal.interactive;
    const answer = ask ? await menu(chapters, terminal) : ALL;
    if (answer === null) return null;
    return answer === ALL ? chapters.flatMap(targetsOf) : select([answer], chapters);
  }
}

/** Whoever names a scenario wants it to run: one that cannot is refused before any other starts. */
function present(targets: Target[]): Target[] {
  const planned = new Set<PlannedChapter>(targets.map(({ chapter }) => chapter).filter(isPlanned));
  if (planned.size > 0) {
    throw new UsageError([...planned].map((chapter) => `${chapter.name} is ${notThereYet(chapter)}`).join('; '));
  }
  return targets;
}
