import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { splitLines } from '../framework/lines.ts';
import { highlight } from './highlight.ts';
import type { Colors, Terminal } from './terminal.ts';

/** A program as it is shown. */
export interface Program {
  readonly file: string;
  readonly lines: readonly string[];
}

const BETWEEN = ' │ ';

export async function readProgram(folder: string, file: string, colors: Colors): Promise<Program> {
  const source = await readFile(join(folder, file), 'utf8');
  const language = file.endsWith('.py') ? 'py' : 'ts';
  return { file, lines: splitLines(await highlight(source, language, colors)) };
}

/** Two programs side by side; `null` if the terminal is too narrow for that. */
export function beside(left: Program, right: Program, { columns, colors }: Terminal): string | null {
  const width = widthOf(left);
  const total = width + BETWEEN.length + widthOf(right);
  if (total > columns) return null;
  const between = colors.dim(BETWEEN);
  const rows = Array.from({ length: Math.max(left.lines.length, right.lines.length) }, (_, row) => {
    return `${pad(left.lines[row] ?? '', width)}${between}${right.lines[row] ?? ''}`.trimEnd();
  });
  const heading = `${pad(colors.underline(left.file), width)}${between}${colors.underline(right.file)}`;
  return [heading, ...rows].join('\n');
}

/** Two programs one below the other. */
export function below(first: Program, second: Program, { colors }: Terminal): string {
  return [first, second].map(({ file, lines }) => [colors.underline(file), ...lines].join('\n')).join('\n\n');
}

function widthOf({ file, lines }: Program): number {
  return Math.max(...[file, ...lines].map(visibleLength));
}

function pad(line: string, width: number): string {
  return line + ' '.repeat(width - visibleLength(line));
}

/** The programs hold no wide characters, so one character is one column. */
function visibleLength(line: string): number {
  return stripVTControlCharacters(line).length;
}
