// Both groups stand in one file because they need each other: one extends the other, whose constructor chooses between them.
import { BaseException } from './base-exception.ts';
import { Exception, isError, isException } from './exception.ts';
import { brand } from './internal/brand.ts';
import { type Condition, matcherOf, type Selected, select } from './internal/group-select.ts';
import { repr } from './repr.ts';
import { ValueError } from './value-error.ts';

/**
 * Several exceptions thrown as one, among them some that are not {@link Exception}s.
 *
 * If all of them are, `new BaseExceptionGroup(...)` is an {@link ExceptionGroup}, as in Python. JavaScript's own errors
 * count as Exceptions. A part of a group is taken with {@link subgroup} and {@link split}: that is how Python's
 * `except*` is written here.
 *
 * Python: `BaseExceptionGroup` (PEP 654); `toString()` is Python's `str()`, `message` the bare text.
 *
 * @typeParam T - The kind of the exceptions.
 */
export class BaseExceptionGroup<T extends Error = Error> extends BaseException {
  static {
    brand(BaseExceptionGroup, 'BaseExceptionGroup');
  }

  /** The exceptions in the group, some of which may be groups themselves; frozen. */
  declare readonly exceptions: readonly (T | BaseExceptionGroup<T>)[];

  /**
   * @param message - What the group is about.
   * @param exceptions - At least one exception.
   * @param options - The error's `cause`.
   * @throws {TypeError} if `message` is not a string, `exceptions` not an array, or one of them no Exception though the class demands it.
   * @throws {ValueError} if there are none, or one is not an error.
   */
  constructor(message: string, exceptions: readonly (T | BaseExceptionGroup<T>)[], options?: ErrorOptions) {
    checkArguments(message, exceptions);
    const everyday = exceptions.every(isException);
    if (!everyday && new.target.prototype instanceof Exception) throw new TypeError(nestingText(new.target));
    super(message, options);
    // The prototype is changed rather than a second object made: one stack is captured, and it begins at the caller's line.
    if (everyday && new.target === BaseExceptionGroup) Object.setPrototypeOf(this, ExceptionGroup.prototype);
    this.exceptions = Object.freeze([...exceptions]);
  }

  /**
   * Takes the part of the group for which a condition holds, with the nesting kept.
   *
   * @param condition - A class, an array of classes, or a function that is asked about each exception, groups included.
   * @returns The part, the group itself if the condition holds for it, or `null` if nothing is left.
   * @throws {TypeError} if the condition is none of these.
   * @example
   * import { ExceptionGroup, ValueError } from '@prac/exceptions';
   * const group = new ExceptionGroup('all', [new ValueError('a'), new TypeError('b')]);
   * console.log(String(group.subgroup(TypeError))); // ExceptionGroup: all (1 sub-exception)
   */
  subgroup<const C extends Condition>(condition: C): BaseExceptionGroup<Selected<C, T>> | null {
    return this.split(condition)[0];
  }

  /**
   * Takes the group apart into what a condition holds for and what it does not hold for, with the nesting kept.
   *
   * @param condition - As for {@link subgroup}.
   * @returns The matching part and the rest, each `null` if empty.
   * @throws {TypeError} if the condition is none of these.
   * @example
   * import { ExceptionGroup, OSError, ValueError } from '@prac/exceptions';
   * try {
   *   throw new ExceptionGroup('all', [new ValueError('a'), new OSError(2)]);
   * } catch (error) {
   *   if (!(error instanceof ExceptionGroup)) throw error;
   *   const [system, rest] = error.split(OSError); // except* OSError
   *   console.log(system?.exceptions.length, rest?.exceptions.length); // 1 1
   * }
   */
  split<const C extends Condition>(
    condition: C,
  ): [match: BaseExceptionGroup<Selected<C, T>> | null, rest: BaseExceptionGroup<T> | null] {
    const { match, rest } = select(this, matcherOf(condition), isGroup);
    return [match as BaseExceptionGroup<Selected<C, T>> | null, rest as BaseExceptionGroup<T> | null]; // parts of a group are groups
  }

  /**
   * Makes the group that stands for a part of this one; a subclass overrides it to get its own class (and fields) there.
   *
   * {@link subgroup} and {@link split} call it, and give the new group this one's `cause` and stack.
   *
   * @param exceptions - The part.
   * @returns A new group with the same message.
   */
  derive<E extends Error>(exceptions: readonly (E | BaseExceptionGroup<E>)[]): BaseExceptionGroup<E> {
    return new BaseExceptionGroup(this.message, exceptions);
  }

  /** Name and Python's `str()`: `ExceptionGroup: msg (2 sub-exceptions)`. */
  override toString(): string {
    return `${this.name}: ${textOf(this.message, this.exceptions)}`;
  }

  override toRepr(): string {
    return `${this.name}(${repr(this.message)}, ${repr(this.exceptions)})`;
  }
}

/**
 * Several {@link Exception}s thrown as one, as task groups do.
 *
 * Python: `ExceptionGroup` (PEP 654). An instance of both {@link BaseExceptionGroup} and {@link Exception}.
 *
 * @typeParam T - The kind of the exceptions.
 * @example
 * import { ExceptionGroup, ValueError } from '@prac/exceptions';
 * const group = new ExceptionGroup('two went wrong', [new ValueError('a'), new TypeError('b')]);
 * console.log(String(group)); // ExceptionGroup: two went wrong (2 sub-exceptions)
 */
export class ExceptionGroup<T extends Error = Error> extends BaseExceptionGroup<T> {
  static {
    brand(ExceptionGroup, 'ExceptionGroup', 'Exception');
  }
}

function isGroup(value: unknown): value is BaseExceptionGroup {
  return value instanceof BaseExceptionGroup;
}

/** Python's `str()` of a group. */
function textOf(message: string, exceptions: readonly unknown[]): string {
  return `${message} (${exceptions.length} sub-exception${exceptions.length === 1 ? '' : 's'})`;
}

function checkArguments(message: unknown, exceptions: unknown): void {
  if (typeof message !== 'string') {
    throw new TypeError(
      `BaseExceptionGroup.__new__() argument 1 must be str, not ${message === null ? 'null' : typeof message}`,
    );
  }
  if (!Array.isArray(exceptions)) throw new TypeError('second argument (exceptions) must be a sequence');
  if (exceptions.length === 0) throw new ValueError('second argument (exceptions) must be a non-empty sequence');
  const wrong = exceptions.findIndex((exception) => !isError(exception));
  if (wrong >= 0) throw new ValueError(`Item ${wrong} of second argument (exceptions) is not an exception`);
}

function nestingText(type: { readonly name: string }): string {
  return `Cannot nest BaseExceptions in ${type === ExceptionGroup ? 'an ExceptionGroup' : `'${type.name}'`}`;
}
