import { argumentsOf, type SbatchOptions } from '../options.ts';

/** A word for sh, whatever is in it. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Of a script that runs Node: the signal that comes before the time is up would end one that does not listen yet. */
export const UNTIL_READY = "trap '' USR2";

/** A batch script that runs a command. */
export function scriptOf(command: readonly string[]): string {
  return `#!/bin/sh\nexec ${command.map(quoted).join(' ')}\n`;
}

/** The same with its options as `#SBATCH` lines, as one would write it by hand: to read, and to keep. */
export function readableScript(script: string, options: SbatchOptions): string {
  const lines = argumentsOf(options).map((argument) => `#SBATCH ${asSbatchReads(argument.replaceAll('\n', ' '))}`);
  const all = [...(script.startsWith('#!') ? [] : ['#!/bin/sh']), ...script.split('\n')];
  // Behind those that are there already, for of two the last is true. What comes after the first command is not read.
  const command = all.findIndex((line) => !/^(#.*)?$/.test(line.trimEnd()));
  const head = all.slice(0, command === -1 ? all.length : command);
  const at = Math.max(1, head.findLastIndex((line) => line.startsWith('#SBATCH')) + 1);
  return [...all.slice(0, at), ...lines, ...all.slice(at)].join('\n');
}

/** A word for an `#SBATCH` line: `#` begins a comment there, and `\` is for the next character. */
function asSbatchReads(argument: string): string {
  if (/^[^\s#'"\\]+$/.test(argument)) return argument;
  const at = argument.indexOf('=') + 1;
  return `${argument.slice(0, at)}"${argument.slice(at).replaceAll(/["\\]/g, '\\$&')}"`;
}
