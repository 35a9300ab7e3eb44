import { argumentsOf, type SbatchOptions } from '../options.ts';

/** A word for sh, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A batch script that runs a command. */
export function scriptOf(command: readonly string[]): string {
  return `#!/bin/sh\nexec ${command.map(quoted).join(' ')}\n`;
}

/** The same with its options as `#SBATCH` lines, as one would write it by hand: to read, and to keep. */
export function readableScript(script: string, options: SbatchOptions): string {
  const lines = argumentsOf(options).map((argument) => `#SBATCH ${argument.replaceAll('\n', ' ')}\n`);
  const [first, ...rest] = script.startsWith('#!') ? script.split(/(?<=\n)/) : ['#!/bin/sh\n', script];
  return [first, ...lines, ...rest].join('');
}
