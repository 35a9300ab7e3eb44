import { type ShjToken, tokenize } from '@speed-highlight/core';
import type { Colors } from './terminal.ts';

const PAINT: Partial<Record<ShjToken, keyof Colors>> = {
  kwd: 'magenta',
  class: 'yellow',
  type: 'yellow',
  cmnt: 'gray',
  func: 'blue',
  bool: 'cyan',
  num: 'cyan',
  str: 'green',
  esc: 'green',
};

/** Paints a program. A token that spans lines is painted line by line, so that each line can stand beside another. */
export async function highlight(source: string, language: 'ts' | 'py', colors: Colors): Promise<string> {
  let painted = '';
  await tokenize(source, language, (text, token) => {
    const paint = (token && PAINT[token] && (colors[PAINT[token]] as (text: string) => string)) ?? String;
    painted += text
      .split('\n')
      .map((line) => (line === '' ? '' : paint(line)))
      .join('\n');
  });
  return painted;
}
