import yoctoSpinner from 'yocto-spinner';
import { TIME_LIMIT } from '../framework/run-scenario.ts';
import type { Present } from '../framework/select.ts';
import type { Reporter } from './reporter.ts';
import type { Result } from './result.ts';
import { summary } from './summary.ts';
import { print, type Terminal } from './terminal.ts';

/** For people: what each scenario prints, as it prints it, then how it came out; in a terminal a spinner shows that it runs. */
export function textReporter(terminal: Terminal): Reporter {
  const { bold, dim, green, red, yellow } = terminal.colors;
  // Our own handler ends the running scenario on Ctrl-C; the spinner's would exit at once.
  const spinner = yoctoSpinner({ stream: terminal.output, handleSignals: false });

  return {
    started(target) {
      print(terminal, `${bold(label(target))} ${dim(target.scenario.title)}`);
      if (terminal.interactive) spinner.start(dim(`running, at most ${target.scenario.timeLimit ?? TIME_LIMIT} s`));
    },
    line: (text) => print(terminal, `${dim('│')} ${text}`),
    finished({ target, status, run }) {
      spinner.stop();
      const time = dim(`${(run?.seconds ?? 0).toFixed(2)} s`);
      if (status === 'passed') print(terminal, `${green('✔')} ${label(target)} ${time}\n`);
      if (status === 'interrupted') print(terminal, `${yellow('■')} ${label(target)} interrupted ${time}\n`);
      if (status === 'failed') print(terminal, `${red('✖')} ${label(target)} ${time}\n${failures(run, red)}`);
    },
    done: (results) => print(terminal, summary(results, terminal.colors)),
  };
}

function label(target: Pick<Present, 'id' | 'name'>): string {
  return `${target.id} ${target.name}`;
}

function failures(run: Result['run'], red: (text: string) => string): string {
  return (run?.failures ?? []).map((failure) => `${red('  ✖')} ${failure}\n`).join('');
}
