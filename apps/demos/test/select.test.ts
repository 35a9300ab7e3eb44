import { describe, expect, test } from 'vitest';
import { CHAPTERS as REAL } from '../src/chapters.ts';
import { select, targetsOf } from '../src/framework/select.ts';
import { CHAPTERS } from './fixtures/chapters.ts';

describe('an id', () => {
  test('of a chapter stands for all its scenarios, in order', () => {
    expect(ids(['sample'])).toEqual(['sample/1', 'sample/2', 'sample/3']);
    expect(ids(['later'])).toEqual(['later/1', 'later/2']);
  });

  test('of a scenario is its number or its name', () => {
    expect(ids(['sample/2'])).toEqual(['sample/2']);
    expect(ids(['sample/fails', 'later/second'])).toEqual(['sample/2', 'later/2']);
  });

  test('counts once, where it came first', () => {
    expect(ids(['sample/fails', 'sample', 'sample/2'])).toEqual(['sample/2', 'sample/1', 'sample/3']);
  });
});

describe('an unknown id', () => {
  test.each([
    ['sampel', 'Did you mean sample?'],
    ['sample/grets', 'Did you mean sample/greets?'],
    ['sample/4', 'Did you mean sample/1 or sample/2 or sample/3?'],
    ['greets', 'Did you mean sample/greets?'],
    ['SAMPLE', 'Did you mean sample?'],
    ['lsit', 'Did you mean list?'],
    ['something-else', '`practical list` shows what there is.'],
    ['', '`practical list` shows what there is.'],
  ])('%j is refused: %s', (id, hint) => {
    expect(() => select([id], CHAPTERS, ['list'])).toThrow(`unknown chapter or scenario "${id}". ${hint}`);
  });
});

test('the practical has its nine chapters, with as many scenarios as it has', () => {
  expect(REAL.map((chapter) => [chapter.name, targetsOf(chapter).length])).toEqual([
    ['profile', 1],
    ['subprocess', 8],
    ['signal', 3],
    ['threading', 19],
    ['queue', 2],
    ['multiprocessing', 7],
    ['futures', 9],
    ['asyncio', 7],
    ['cluster', 2],
  ]);
});

function ids(wanted: string[]): string[] {
  return select(wanted, CHAPTERS).map(({ id }) => id);
}
