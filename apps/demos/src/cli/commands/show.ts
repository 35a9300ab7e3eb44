import { Command } from 'commander';
import { wrapAnsi } from 'fast-wrap-ansi';
import { notThereYet } from '../../framework/chapter.ts';
import { isPresent, type Present, select } from '../../framework/select.ts';
import { UsageError } from '../../framework/usage-error.ts';
import type { Context } from '../practical.ts';
import { below, beside, readProgram } from '../programs.ts';
import { print, type Terminal } from '../terminal.ts';

export function showCommand({ chapters, terminal }: Context): Command {
  return new Command('show')
    .description('show TypeScript programs beside their Python twins')
    .argument('<id...>', 'a chapter, chapter/number or chapter/name')
    .action(async (ids: string[]) => {
      for (const target of select(ids, chapters)) {
        if (!isPresent(target)) throw new UsageError(`${target.chapter.name} is ${notThereYet(target.chapter)}`);
        await show(target, terminal);
      }
    });
}

async function show({ id, chapter, scenario }: Present, terminal: Terminal): Promise<void> {
  const { bold, dim } = terminal.colors;
  print(terminal, `${bold(`${id} ${scenario.name}`)} ${dim(scenario.title)}`);
  print(terminal, wrapAnsi(scenario.explanation, Math.min(terminal.columns, 100)));
  for (const name of [scenario.name, ...(scenario.companions ?? [])]) {
    const typescript = await readProgram(chapter.folder, `${name}.ts`, terminal.colors);
    const python = await readProgram(chapter.folder, `${name}.py`, terminal.colors);
    const text = beside(typescript, python, terminal) ?? below(typescript, python, terminal);
    print(terminal, `\n${text}`);
  }
  print(terminal);
}
