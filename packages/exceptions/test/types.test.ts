import {
  type BaseExceptionGroup,
  ExceptionGroup,
  type FileNotFoundError,
  isException,
  KeyError,
  OSError,
  ValueError,
} from '@prac/exceptions';
import { expectTypeOf, test } from 'vitest';

test('instanceof narrows', () => {
  const error: unknown = new OSError(2);
  if (error instanceof OSError) expectTypeOf(error).toEqualTypeOf<OSError>();
  if (isException(error)) expectTypeOf(error).toEqualTypeOf<Error>();
});

test('an OSError is made from a text or from a number, not from a mixture', () => {
  expectTypeOf(new OSError(2, null, 'f', null, { cause: 1 })).toEqualTypeOf<OSError>();
  expectTypeOf(new OSError('text', { cause: 1 }).errno).toEqualTypeOf<number | null>();
  expectTypeOf<FileNotFoundError>().toExtend<OSError>();
  // @ts-expect-error a text takes no file name
  new OSError('text', null, 'f');
});

test('the condition decides the type of the part', () => {
  const group = new ExceptionGroup('m', [new ValueError('v'), new KeyError('k')]);
  expectTypeOf(group.subgroup(KeyError)).toEqualTypeOf<BaseExceptionGroup<KeyError> | null>();
  expectTypeOf(group.subgroup([KeyError, OSError])).toEqualTypeOf<BaseExceptionGroup<KeyError | OSError> | null>();
  const part = group.subgroup((error) => {
    expectTypeOf(error).toEqualTypeOf<Error>();
    return true;
  });
  expectTypeOf(part).toEqualTypeOf<BaseExceptionGroup<ValueError | KeyError> | null>();
  // @ts-expect-error a class that is no error
  expectTypeOf(() => group.subgroup(Date)).toBeFunction();
});
