// prac-stats says what `python -m pstats` says, character by character.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonVersions } from '@prac/testing';
import { describe, expect, test } from 'vitest';
import { makeProfiles, temporaryFolder } from './helpers/profiles.ts';

const OURS = fileURLToPath(new URL('../src/bin/prac-stats.ts', import.meta.url));

describe.each(pythonVersions().map((interpreter) => [interpreter.version.join('.'), interpreter] as const))(
  'CPython %s',
  (_, interpreter) => {
    const folder = temporaryFolder();
    const { real, other, rare } = makeProfiles(folder, interpreter);
    const foreign = join(folder, 'foreign.prof');
    writeFileSync(foreign, 'hello');

    test.each([
      ['nothing', [], []],
      ['files', [real!, other!], ['sort cumulative', 'stats 5', 'callers fib', 'callees 0.2']],
      ['a file that is not there', ['nothing.prof', other!], ['stats']],
      [
        'every command without a file',
        [],
        ['stats', 'callers', 'callees 3', 'add x', 'reverse', 'sort time', 'strip', 'read', 'quit'],
      ],
      [
        'reading',
        [],
        [
          `read ${real}`,
          'sort calls',
          'stats 3',
          `read ${rare}`,
          'stats',
          'read',
          'read nothing',
          `read ${foreign}`,
          'stats 1',
        ],
      ],
      ['adding', [real!], [`add ${other}`, 'add nothing.prof', 'sort time name', 'stats 4']],
      [
        'order',
        [rare!],
        ['sort', 'sort speed', 'sort n', 'sort name file', 'reverse', 'stats', 'strip', 'stats', 'sort cu', 'stats'],
      ],
      [
        'restrictions',
        [rare!],
        [
          'sort name',
          'stats 0.5',
          'stats 1.5',
          'stats -1',
          'stats x 2',
          'stats 1.0',
          'stats 1_0',
          'stats 0',
          'stats (',
          'callers .5',
        ],
      ],
      [
        'help',
        [],
        [
          'help',
          '?',
          ...['EOF', 'add', 'callees', 'callers', 'help', 'quit', 'read', 'reverse', 'sort', 'stats', 'strip', 'x'].map(
            (name) => `help ${name}`,
          ),
          '?sort',
        ],
      ],
      ['what is no command', [], ['x', '!ls', '  ', '', '=', 'stat', 'Stats', 'help', '']],
      ['the last line again', [rare!], ['sort name', 'stats 1', '', '', 'quit']],
      ['the end', [], ['EOF']],
    ])('%s', (_, files, lines) => {
      const input = lines.map((line) => `${line}\n`).join('');
      const theirs = spawnSync(interpreter.command, ['-m', 'pstats', ...files], {
        input,
        encoding: 'utf8',
        cwd: folder,
      });
      const ours = spawnSync(process.execPath, [OURS, ...files], { input, encoding: 'utf8', cwd: folder });
      expect([ours.stdout, ours.stderr, ours.status]).toEqual([theirs.stdout, '', 0]);
    });
  },
);
