import { Command } from 'commander';
import { notThereYet } from '../../framework/chapter.ts';
import { type Comparison, compareScenario } from '../../framework/compare-scenario.ts';
import { pythonProblem } from '../../framework/find-python.ts';
import { isPresent, select } from '../../framework/select.ts';
import { UsageError } from '../../framework/usage-error.ts';
import { Interrupts } from '../interrupts.ts';
import type { Context } from '../practical.ts';
import { print, type Terminal } from '../terminal.ts';

export function compareCommand({ chapters, terminal, exitWith }: Context): Command {
  return new Command('compare')
    .description('run TypeScript programs and their Python twins, and compare what they print')
    .argument('<id...>', 'a chapter, chapter/number or chapter/name')
    .action(async (ids: string[]) => {
      const targets = select(ids, chapters);
      const problem = await pythonProblem();
      if (problem !== null) throw new UsageError(`cannot compare: ${problem}`);
      using interrupts = new Interrupts();
      let different = 0;
      for (const target of targets) {
        if (!isPresent(target)) throw new UsageError(`${target.chapter.name} is ${notThereYet(target.chapter)}`);
        const comparison = await compareScenario(target.chapter.folder, target.scenario, interrupts.signal);
        if (interrupts.exitCode !== null) return exitWith(interrupts.exitCode);
        if (!comparison.same) different += 1;
        print(terminal, report(`${target.id} ${target.name}`, comparison, terminal));
      }
      if (different > 0) exitWith(1);
    });
}

function report(label: string, { same, lines, typescript, python }: Comparison, { colors }: Terminal): string {
  const { dim, green, red } = colors;
  const times = dim(`TypeScript ${typescript.seconds.toFixed(2)} s, Python ${python.seconds.toFixed(2)} s`);
  const shown = lines.map(({ from, text }) => {
    if (from === 'both') return `    ${dim(text)}`;
    return from === 'typescript' ? red(`  - ${text}`) : green(`  + ${text}`);
  });
  const verdict = same
    ? `${green('✔')} ${label}: the same`
    : `${red('✖')} ${label}: different (- TypeScript, + Python)`;
  return [`${verdict} ${times}`, ...shown].join('\n');
}
