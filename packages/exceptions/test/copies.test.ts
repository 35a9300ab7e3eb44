import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as first from '@prac/exceptions';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { classes } from './helpers/exceptions.ts';

// One process with the package in it twice, as two dependencies with different versions of it bring about.
const folder = mkdtempSync(join(tmpdir(), 'exceptions-'));
let second: typeof first;

beforeAll(async () => {
  cpSync(new URL('../src', import.meta.url), folder, { recursive: true });
  second = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.ts')).href);
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('with two copies of the package', () => {
  test('there really are two', () => {
    expect(second.ValueError).not.toBe(first.ValueError);
  });

  test.each(classes)('%s of one is an instance of the same classes of the other', (name, type) => {
    const other = new Map(Object.entries(second)).get(name) as typeof type;
    for (const [base, ours] of classes) {
      const theirs = new Map(Object.entries(second)).get(base) as typeof type;
      expect(Object.create(type.prototype) instanceof theirs).toBe(type.prototype instanceof ours || type === ours);
      expect(Object.create(other.prototype) instanceof ours).toBe(type.prototype instanceof ours || type === ours);
    }
  });

  test("a user's subclass of one is an instance of the other's base, and not the other way round", () => {
    class Ours extends first.ValueError {}
    class Theirs extends second.ValueError {}
    expect(new Ours()).toBeInstanceOf(second.ValueError);
    expect(new Theirs()).toBeInstanceOf(first.Exception);
    expect(new second.ValueError()).not.toBeInstanceOf(Ours);
    expect(new Theirs()).not.toBeInstanceOf(Ours);
  });

  test('groups nest and split across copies', () => {
    const nested = new second.ExceptionGroup('theirs', [new second.KeyError('k'), new second.ValueError('v')]);
    const group = new first.BaseExceptionGroup('ours', [nested, new TypeError('t')]);
    expect(first.repr(group.subgroup(first.KeyError))).toBe(
      "ExceptionGroup('ours', [ExceptionGroup('theirs', [KeyError('k')])])",
    );
    expect(group.subgroup(second.Exception)).toBe(group);
    expect(() => new first.ExceptionGroup('m', [new second.KeyboardInterrupt()])).toThrow(TypeError);
  });

  test('OSError.from returns the OSError of the other copy as it is', () => {
    const error = new second.OSError(2);
    expect(first.OSError.from(error)).toBe(error);
  });

  test('a warning category of the other copy is one', () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    first.warn('half open', second.ResourceWarning);
    expect(emit.mock.calls[0]?.[0]).toBeInstanceOf(first.ResourceWarning);
  });
});
