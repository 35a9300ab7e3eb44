import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { asctime, logging, timedLogging } from '../src/logging.ts';

let lines: string[] = [];

beforeEach(() => {
  lines = [];
  vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the log', () => {
  test('names the thread, and puts values into the message', () => {
    logging.debug('Counter: %d of %s', 4, 'five');
    expect(lines).toEqual(['(MainThread) Counter: 4 of five']);
  });

  test('can begin with the time', () => {
    timedLogging.debug('Running:', ['0', '1']);
    expect(lines).toEqual([
      expect.stringMatching(/^\d{4}-\d\d-\d\d [\d:]{8},\d{3} \(MainThread\) Running: \[ '0', '1' \]$/),
    ]);
  });

  test('is there when the call returns, however often it is the same', () => {
    for (let i = 1; i <= 20; i += 1) {
      logging.debug('again');
      expect(lines).toHaveLength(i);
    }
  });
});

test('times are written as Python writes them', () => {
  expect(asctime(new Date(2026, 2, 1, 9, 5, 0, 7))).toBe('2026-03-01 09:05:00,007');
});
