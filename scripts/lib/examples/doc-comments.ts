import { parseSync } from 'oxc-parser';
import type { Program } from './program.ts';

/** A doc comment's text without its stars. */
export interface DocComment {
  /** The line of the file in which the comment begins, from 1. */
  readonly line: number;
  readonly lines: readonly string[];
}

export function docComments(text: string, file: string): DocComment[] {
  const { comments } = parseSync(file, text);
  return comments
    .filter(({ type, value }) => type === 'Block' && value.startsWith('*'))
    .map(({ start, value }) => ({
      line: text.slice(0, start).split('\n').length,
      lines: value
        .slice(1)
        .split('\n')
        .map((line) => line.replace(/^\s*\* ?/, '')),
    }));
}

/** The programs behind `@example`. */
export function examplesOf(text: string, file: string): Program[] {
  return docComments(text, file).flatMap(({ line, lines }) => {
    const programs: Program[] = [];
    for (let i = 0; i < lines.length; i++) {
      if (!/^@example\b/.test(lines[i]!)) continue;
      const end = lines.findIndex((each, at) => at > i && /^@[a-z]/i.test(each));
      const body = lines.slice(i + 1, end < 0 ? undefined : end).filter((each) => !each.startsWith('```'));
      programs.push({ file, line: line + i + 1, text: `${body.join('\n').trim()}\n`, runs: true });
    }
    return programs;
  });
}
