import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FLOORS } from './floors.ts';
import { replaceBetween } from './markdown.ts';
import { publicFolders, readPackage } from './workspace.ts';

const MARKERS = ['<!-- packages -->', '<!-- /packages -->'] as const;

/** The table of all packages in the root README. */
export function packageTable(root: string, write: boolean): string[] {
  const file = join(root, 'README.md');
  const text = readFileSync(file, 'utf8');
  const wanted = replaceBetween(text, MARKERS, `\n${table(root)}\n`);
  if (wanted === undefined) return [`expected the markers ${MARKERS.join(' and ')}`];
  if (wanted === text) return [];
  if (!write) return ['the table of packages is not up to date; pnpm check-packages --write renews it'];
  writeFileSync(file, wanted);
  return [];
}

function table(root: string): string {
  const there = new Map(publicFolders(root).map((folder) => [readPackage(folder).name, readPackage(folder)]));
  const order = (name: string) => (there.has(name) ? 0 : 1); // what can be used comes first
  const places = Object.entries(FLOORS).sort(([a], [b]) => order(a) - order(b));
  const rows = places.map(([name, { mirrors, planned }]) => {
    const json = there.get(name);
    const folder = name.slice('@prac/'.length);
    return json
      ? [`[\`${name}\`](packages/${folder})`, mirrors, json.description]
      : [`\`${name}\``, mirrors, `planned: ${planned}`];
  });
  return [['package', "Python's", 'what it is'], ['---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n')
    .concat('\n');
}
