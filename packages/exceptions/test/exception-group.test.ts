import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import {
  BaseExceptionGroup,
  Exception,
  ExceptionGroup,
  KeyboardInterrupt,
  KeyError,
  LookupError,
  repr,
  ValueError,
} from '@prac/exceptions';
import { describe, expect, test } from 'vitest';

describe('making a group', () => {
  test('a BaseExceptionGroup of Exceptions is an ExceptionGroup', () => {
    const group = new BaseExceptionGroup('m', [new ValueError(), new TypeError()]);
    expect(group.constructor).toBe(ExceptionGroup);
    expect(group).toBeInstanceOf(Exception);
    expect(group.stack?.split('\n')[1]).toContain('exception-group.test.ts');
  });

  test('a BaseExceptionGroup with a KeyboardInterrupt stays one and is no Exception', () => {
    const group = new BaseExceptionGroup('m', [new ValueError(), new KeyboardInterrupt()]);
    expect(group.constructor).toBe(BaseExceptionGroup);
    expect(group).not.toBeInstanceOf(Exception);
  });

  test('it holds a frozen copy of the exceptions, and the cause', () => {
    const list = [new ValueError('a')];
    const cause = new Error('why');
    const group = new ExceptionGroup('m', list, { cause });
    list.push(new ValueError('b'));
    expect(group.exceptions).toHaveLength(1);
    expect(Object.isFrozen(group.exceptions)).toBe(true);
    expect(group.cause).toBe(cause);
  });

  test('errors of another vm context are exceptions too', () => {
    const foreign = runInNewContext('new RangeError("far")') as Error;
    expect(new ExceptionGroup('m', [foreign]).exceptions[0]).toBe(foreign);
  });

  test.each<[unknown, unknown, Error]>([
    [1, [new Error()], new TypeError('BaseExceptionGroup.__new__() argument 1 must be str, not number')],
    ['m', new Set([new Error()]), new TypeError('second argument (exceptions) must be a sequence')],
    ['m', undefined, new TypeError('second argument (exceptions) must be a sequence')],
    ['m', [], new ValueError('second argument (exceptions) must be a non-empty sequence')],
    ['m', [new Error(), 3], new ValueError('Item 1 of second argument (exceptions) is not an exception')],
    ['m', [new KeyboardInterrupt()], new TypeError('Cannot nest BaseExceptions in an ExceptionGroup')],
  ])('new ExceptionGroup(%o, %o) is refused', (message, exceptions, refusal) => {
    expect(() => new ExceptionGroup(message as string, exceptions as Error[])).toThrow(refusal);
  });

  test('a subclass of ExceptionGroup is named in the refusal', () => {
    class TaskErrors extends ExceptionGroup {}
    const refusal = new TypeError("Cannot nest BaseExceptions in 'TaskErrors'");
    expect(() => new TaskErrors('m', [new KeyboardInterrupt()])).toThrow(refusal);
  });
});

describe('its text', () => {
  const group = new ExceptionGroup('went wrong', [new ValueError('a'), new KeyError('k')]);

  test('counts the exceptions, as str() does in Python', () => {
    expect(group.message).toBe('went wrong');
    expect(String(group)).toBe('ExceptionGroup: went wrong (2 sub-exceptions)');
    expect(String(new ExceptionGroup('m', [group]))).toBe('ExceptionGroup: m (1 sub-exception)');
    expect(repr(group)).toBe("ExceptionGroup('went wrong', [ValueError('a'), KeyError('k')])");
  });

  test('lists them when inspected', () => {
    expect(inspect(group)).toMatch(
      /^ExceptionGroup: went wrong\n[\s\S]*exceptions: \[\s+ValueError: a\n[\s\S]*KeyError: 'k'\n/,
    );
  });
});

describe('taking it apart', () => {
  const a = new ValueError('a');
  const k = new KeyError('k');
  const t = new TypeError('t');
  const inner = new ExceptionGroup('inner', [k, t]);
  const group = new ExceptionGroup('outer', [a, inner], { cause: t });

  test('a class takes its instances, with the nesting kept', () => {
    const [match, rest] = group.split(LookupError);
    expect(repr(match)).toBe("ExceptionGroup('outer', [ExceptionGroup('inner', [KeyError('k')])])");
    expect(repr(rest)).toBe("ExceptionGroup('outer', [ValueError('a'), ExceptionGroup('inner', [TypeError('t')])])");
    expect(match?.exceptions[0]).not.toBe(inner);
  });

  test('a nested group that goes entirely to one side is rebuilt unless it matches itself', () => {
    expect(group.subgroup([KeyError, TypeError])?.exceptions[0]).not.toBe(inner);
    expect(group.subgroup((error) => error === inner)?.exceptions[0]).toBe(inner);
  });

  test('a condition that holds for the group itself gives the group itself', () => {
    expect(group.split(ExceptionGroup)).toEqual([group, null]);
    expect(group.subgroup(Exception)).toBe(group);
  });

  test("JavaScript's own errors count as Exceptions", () => {
    const mixed = new BaseExceptionGroup<Error>('m', [t, new KeyboardInterrupt()]);
    expect(mixed.subgroup(Exception)?.exceptions).toEqual([t]);
  });

  test('null stands for an empty part', () => {
    expect(group.split(RangeError)).toEqual([null, group.derive(group.exceptions)]);
    expect(group.subgroup(() => false)).toBeNull();
  });

  test('a part has the cause and the stack of the whole', () => {
    const part = group.subgroup(ValueError);
    expect(part?.cause).toBe(t);
    expect(part?.stack).toBe(group.stack);
    expect(Object.keys(part ?? {})).toEqual(['exceptions']);
  });

  test('what remains of a BaseExceptionGroup may be an ExceptionGroup', () => {
    const [interrupt, rest] = new BaseExceptionGroup<Error>('m', [new KeyboardInterrupt(), a]).split(KeyboardInterrupt);
    expect([interrupt?.constructor, rest?.constructor]).toEqual([BaseExceptionGroup, ExceptionGroup]);
  });

  test('a subclass decides by derive what its parts are', () => {
    class TaskErrors<T extends Error = Error> extends ExceptionGroup<T> {
      override derive<E extends Error>(exceptions: readonly (E | BaseExceptionGroup<E>)[]): TaskErrors<E> {
        return new TaskErrors(this.message, exceptions);
      }
    }
    expect(new TaskErrors('m', [a, t]).subgroup(ValueError)).toBeInstanceOf(TaskErrors);
  });

  test('a derive that returns something else is refused', () => {
    class Wrong extends ExceptionGroup {
      override derive(): never {
        return 3 as never;
      }
    }
    const refusal = new TypeError('derive must return an instance of BaseExceptionGroup');
    expect(() => new Wrong('m', [a, t]).split(ValueError)).toThrow(refusal);
  });

  test.each([[3], [null], [class Point {}], [[ValueError, 3]]])('the condition %o is refused', (condition) => {
    expect(() => group.split(condition as never)).toThrow(
      new TypeError('expected an exception type, a tuple of exception types, or a callable (other than a class)'),
    );
  });
});
