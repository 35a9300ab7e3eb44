import { stripVTControlCharacters } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CHAPTERS } from '../src/chapters.ts';
import { practical } from '../src/cli/practical.ts';
import { fakeTerminal } from './helpers/fake-terminal.ts';

describe('practical show', () => {
  test('puts the programs side by side in a wide terminal', async () => {
    const text = await shown(['subprocess/check'], { columns: 140 });
    expect(text).toMatch(/^check\.ts +│ check\.py$/m);
    expect(text).toMatch(/^import .* from '@prac\/subprocess'; +│ from subprocess import CalledProcessError, run$/m);
  });

  test('puts one below the other in a narrow terminal', async () => {
    const text = await shown(['subprocess/check'], { columns: 80 });
    expect(text).not.toContain('│');
    expect(text).toMatch(/^check\.ts\nimport [\s\S]*\n\ncheck\.py\nfrom subprocess/m);
  });

  test('explains the scenario above the programs, within the width of the terminal', async () => {
    const text = await shown(['subprocess/2'], { columns: 40 });
    const [heading, ...explanation] = text.slice(0, text.indexOf('\n\n')).split('\n');
    expect(heading).toBe('subprocess/2 check turn a failure into an exception');
    expect(Math.max(...explanation.map((line) => line.length))).toBeLessThanOrEqual(40);
  });

  test('includes the programs that a scenario starts', async () => {
    const text = await shown(['subprocess/signal-parent'], { columns: 80 });
    for (const file of ['signal-parent.ts', 'signal-parent.py', 'signal-child.ts', 'signal-child.py']) {
      expect(text).toMatch(new RegExp(`^${file}$`, 'm'));
    }
  });

  test('paints the programs, and changes no letter of them', async () => {
    const painted = await shown(['subprocess'], { columns: 80, colors: true });
    expect(painted).toContain("\u001B[32m'false'\u001B[39m");
    expect(stripVTControlCharacters(painted)).toBe(await shown(['subprocess'], { columns: 80 }));
  });
});

async function shown(ids: string[], size: { columns: number; colors?: boolean }): Promise<string> {
  const terminal = fakeTerminal(size);
  expect(await practical(['show', ...ids], terminal, CHAPTERS)).toBe(0);
  return terminal.written();
}
