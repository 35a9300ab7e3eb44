import { Command, CommanderError } from 'commander';
import { CHAPTERS } from '../chapters.ts';
import type { Chapter } from '../framework/chapter.ts';
import { UsageError } from '../framework/usage-error.ts';
import { compareCommand } from './commands/compare.ts';
import { listCommand } from './commands/list.ts';
import { runCommand } from './commands/run.ts';
import { showCommand } from './commands/show.ts';
import type { Terminal } from './terminal.ts';

const USAGE_STATUS = 2;

/** What a command is given. */
export interface Context {
  readonly chapters: readonly Chapter[];
  readonly terminal: Terminal;
  /** Says what the exit status is to be. @defaultValue 0 */
  readonly exitWith: (status: number) => void;
}

/**
 * The `practical` command.
 *
 * @returns The exit status: 0, 1 if a scenario failed or differs, 2 if the command was used wrongly, 128 and more after a signal.
 */
export async function practical(
  argv: readonly string[],
  terminal: Terminal,
  chapters: readonly Chapter[] = CHAPTERS,
): Promise<number> {
  let status = 0;
  const context: Context = {
    chapters,
    terminal,
    exitWith: (wanted) => {
      status = wanted;
    },
  };
  try {
    await commandLine(context).parseAsync(argv, { from: 'user' });
    return status;
  } catch (error) {
    // commander has written its message already; asking for help is no error.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_STATUS;
    if (!(error instanceof UsageError)) throw error;
    terminal.errors.write(`error: ${error.message}\n`);
    return USAGE_STATUS;
  }
}

function commandLine(context: Context): Command {
  const { output, errors } = context.terminal;
  const program = new Command('practical')
    .description("Python's concurrency practical, in TypeScript: runs its scenarios and checks what they print.")
    .exitOverride()
    .configureOutput({ writeOut: (text) => output.write(text), writeErr: (text) => errors.write(text) })
    .addHelpText('after', '\nWithout a command: a menu in a terminal, otherwise every scenario.');
  for (const command of [runCommand, listCommand, showCommand, compareCommand]) {
    // A command of its own takes over neither the streams nor the exits of its parent.
    const isDefault = command === runCommand;
    program.addCommand(command(context).copyInheritedSettings(program), { isDefault });
  }
  return program;
}
