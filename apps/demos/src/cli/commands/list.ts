import { Command } from 'commander';
import { wrapAnsi } from 'fast-wrap-ansi';
import { type Chapter, isPlanned, notThereYet } from '../../framework/chapter.ts';
import { isPresent, type Target, targetsOf } from '../../framework/select.ts';
import type { Context } from '../practical.ts';
import { print, type Terminal } from '../terminal.ts';

export function listCommand({ chapters, terminal }: Context): Command {
  return new Command('list')
    .description('list chapters and scenarios')
    .option('-v, --verbose', 'with what each scenario shows')
    .action(({ verbose = false }: { verbose?: boolean }) => {
      for (const chapter of chapters) print(terminal, chapterText(chapter, terminal, verbose));
    });
}

function chapterText(chapter: Chapter, terminal: Terminal, verbose: boolean): string {
  const { bold, dim, yellow } = terminal.colors;
  const remark = isPlanned(chapter) ? yellow(` (${notThereYet(chapter)})`) : '';
  const lines = targetsOf(chapter).map((target, index) => {
    const line = `${String(index + 1).padStart(4)} ${target.name.padEnd(20)}`;
    return isPresent(target)
      ? `${line} ${dim(target.scenario.title)}${verbose ? explanation(target, terminal) : ''}`
      : dim(line.trimEnd());
  });
  return [`${bold(chapter.name)}  ${dim(chapter.title)}${remark}`, ...lines].join('\n');
}

function explanation(target: Target & { scenario: { explanation: string } }, { columns }: Terminal): string {
  const indent = ' '.repeat(5);
  const text = wrapAnsi(target.scenario.explanation, Math.max(20, Math.min(columns, 100) - indent.length));
  return `\n${text.replaceAll(/^/gm, indent)}`;
}
