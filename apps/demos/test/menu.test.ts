import { describe, expect, test } from 'vitest';
import { CHAPTERS as REAL } from '../src/chapters.ts';
import { ALL, menu, menuOptions } from '../src/cli/menu.ts';
import { practical } from '../src/cli/practical.ts';
import { CHAPTERS } from './fixtures/chapters.ts';
import { fakeTerminal } from './helpers/fake-terminal.ts';

const ENTER = '\r';
const DOWN = '\u001B[B';
const CTRL_C = '\u0003';

describe('the menu', () => {
  test('has "all" first, then the chapters with their scenarios', () => {
    const labels = menuOptions(CHAPTERS).map(({ label }) => label);
    expect(labels).toEqual(['all', 'sample (3)', '  1 greets', '  2 fails', '  3 forever', 'later (2)']);
  });

  test('names what a chapter that is not there waits for, and does not let it be chosen', () => {
    expect(menuOptions(CHAPTERS).at(-1)).toMatchObject({ hint: 'not there yet: needs @prac/later', disabled: true });
  });

  test('has no chapter called "all"', () => {
    expect(REAL.map(({ name }) => name)).not.toContain(ALL);
  });

  test.each([
    ['Enter', '', ALL],
    ['down and Enter', DOWN, 'sample'],
    ['down three times and Enter', DOWN + DOWN + DOWN, 'sample/2'],
  ])('answers to %s', async (_, keys, answer) => {
    const terminal = fakeTerminal();
    const chosen = menu(CHAPTERS, terminal);
    await terminal.shows('What shall run?');
    terminal.input.write(keys + ENTER);
    expect(await chosen).toBe(answer);
  });
});

describe('practical in a terminal', () => {
  test('asks, and runs what was chosen', async () => {
    const terminal = fakeTerminal();
    const status = practical([], terminal, CHAPTERS);
    await terminal.shows('What shall run?');
    terminal.input.write(DOWN + DOWN + ENTER);
    expect(await status).toBe(0);
    expect(terminal.written()).toContain('✔ sample/1 greets');
    expect(terminal.written()).toContain('1 passed');
  });

  test('runs nothing when the question is answered with Ctrl-C', async () => {
    const terminal = fakeTerminal();
    const status = practical([], terminal, CHAPTERS);
    await terminal.shows('What shall run?');
    terminal.input.write(CTRL_C);
    expect(await status).toBe(0);
    expect(terminal.written()).not.toContain('passed');
  });

  test('asks nothing when there is nobody to answer', async () => {
    const terminal = fakeTerminal({ interactive: false });
    const [sample, later] = CHAPTERS;
    const greets = { ...sample, scenarios: sample?.scenarios.slice(0, 1) } as typeof sample;
    expect(await practical([], terminal, [greets, later] as typeof CHAPTERS)).toBe(0);
    expect(terminal.written()).toMatch(
      /^sample\/1 greets[\s\S]*1 passed in .*\nlater \(2\) not there yet: needs @prac\/later\n$/,
    );
  });
});
