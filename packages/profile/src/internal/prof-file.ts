import { readFileSync, writeFileSync } from 'node:fs';
import { OSError, ValueError } from '@prac/exceptions';
import { type FunctionKey, idOf } from './function-key.ts';
import { Float, type Marshalled, readMarshal, type Writable, writeMarshal } from './marshal.ts';
import type { CallerNumbers, CallerStats, Table } from './table.ts';

/*
 * `.prof`: Python's `{(file, line, name): (primitive calls, calls, tottime, cumtime, {caller: numbers})}`, as marshal.
 */

/**
 * Reads the profile in a file.
 *
 * @throws {OSError} if it cannot be read. {EOFError}, {ValueError} if it holds no profile.
 */
export function readProfile(path: string): Table {
  const table: Table = new Map();
  const file = readMarshal(systemCall(() => readFileSync(path)));
  if (!(file instanceof Map)) throw noProfile(path, 'it is no dict');
  for (const [key, value] of file) {
    const func = functionOf(key);
    if (func === undefined || !Array.isArray(value) || value.length !== 5)
      throw noProfile(path, 'an entry is no function with its numbers');
    const [primitiveCalls, calls, tottime, cumtime, callers] = value as Marshalled[];
    if (!areNumbers([primitiveCalls, calls, tottime, cumtime]) || !(callers instanceof Map))
      throw noProfile(path, 'an entry has no numbers, or no callers');
    table.set(idOf(func), {
      func,
      primitiveCalls: primitiveCalls as number,
      calls: calls as number,
      tottime: tottime as number,
      cumtime: cumtime as number,
      callers: callersOf(callers, path),
    });
  }
  return table;
}

function callersOf(callers: Map<Marshalled, Marshalled>, path: string): Map<string, CallerStats> {
  const result = new Map<string, CallerStats>();
  for (const [key, numbers] of callers) {
    const func = functionOf(key);
    const isFine =
      typeof numbers === 'number' || (Array.isArray(numbers) && numbers.length === 4 && areNumbers(numbers));
    if (func === undefined || !isFine) throw noProfile(path, 'a caller is no function with its numbers');
    result.set(idOf(func), { func, numbers: numbers as CallerNumbers });
  }
  return result;
}

function functionOf(key: Marshalled): FunctionKey | undefined {
  if (!Array.isArray(key) || key.length !== 3) return undefined;
  const [file, line, name] = key as Marshalled[];
  if (typeof file !== 'string' || typeof line !== 'number' || typeof name !== 'string') return undefined;
  return [file, line, name];
}

function areNumbers(values: readonly unknown[]): boolean {
  return values.every((value) => typeof value === 'number');
}

function noProfile(path: string, reason: string): ValueError {
  return new ValueError(`${path} holds no profile: ${reason}`);
}

/**
 * Writes a profile that Python's pstats reads.
 *
 * @throws {OSError} if the file cannot be written.
 */
export function writeProfile(path: string, table: Table): void {
  const file = new Map<Writable, Writable>();
  for (const { func, primitiveCalls, calls, tottime, cumtime, callers } of table.values()) {
    const ofCallers = new Map<Writable, Writable>();
    for (const { func, numbers } of callers.values()) ofCallers.set(func, written(numbers));
    file.set(func, [primitiveCalls, calls, new Float(tottime), new Float(cumtime), ofCallers]);
  }
  const bytes = writeMarshal(file);
  systemCall(() => writeFileSync(path, bytes));
}

function written(numbers: CallerNumbers): Writable {
  if (typeof numbers === 'number') return numbers;
  return [numbers[0], numbers[1], new Float(numbers[2]), new Float(numbers[3])];
}

function systemCall<Result>(call: () => Result): Result {
  try {
    return call();
  } catch (error) {
    throw OSError.from(error as NodeJS.ErrnoException);
  }
}
