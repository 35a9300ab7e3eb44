import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceBetween } from '../markdown.ts';
import type { Program } from './program.ts';

const BLOCK = /^```(?<language>\w*) ?(?<mark>[\w-]*)\n(?<body>[\s\S]*?)^```$/gm;
const MARKER = /^<!-- example:(?<name>[\w/-]+) -->$/gm;
const PRINTS = /^\s*(<!-- \/example -->\s*)?It prints:?\s*```text\n(?<output>[\s\S]*?)^```$/m;

/** The ```ts blocks of a README, and what a following "It prints" block shows. A block marked no-run is only compiled. */
export function blocksOf(text: string, file: string): Program[] {
  return [...text.matchAll(BLOCK)].flatMap(({ index, 0: whole, groups }) => {
    if (groups!.language !== 'ts') return [];
    const rest = text.slice(index + whole.length);
    const prints = rest.match(PRINTS);
    const line = text.slice(0, index).split('\n').length + 1;
    const output = prints?.index === 0 ? prints.groups!.output : undefined;
    return [{ file, line, text: groups!.body!, runs: groups!.mark !== 'no-run', output }];
  });
}

/**
 * Puts the programs between the markers: `<!-- example:first -->` is examples/first.ts of the package, a name with a slash is a
 * path from the root.
 *
 * @returns The text as it should be, or what is wrong with a marker.
 */
export function withExamples(text: string, folder: string, root: string): { text: string } | { violation: string } {
  let result = text;
  for (const { 0: open, groups } of text.matchAll(MARKER)) {
    const name = groups!.name!;
    const path = name.includes('/') ? join(root, `${name}.ts`) : join(folder, 'examples', `${name}.ts`);
    if (!existsSync(path)) return { violation: `${open} names no program: ${path} is not there` };
    const block = `\`\`\`ts\n${readFileSync(path, 'utf8')}\`\`\`\n`;
    const replaced = replaceBetween(result, [open, '<!-- /example -->'], block);
    if (replaced === undefined) return { violation: `${open} has no <!-- /example -->` };
    result = replaced;
  }
  return { text: result };
}
