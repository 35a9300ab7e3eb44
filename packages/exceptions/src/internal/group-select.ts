import { isException } from '../exception.ts';
import type { BaseExceptionGroup } from '../exception-group.ts';
import { brandOf } from './brand.ts';

/** A class of errors. */
export type ExceptionClass<T extends Error = Error> = abstract new (...args: never[]) => T;

/** What selects exceptions of a group: a class, an array of classes, or a function that is asked about each one. */
export type Condition = ExceptionClass | readonly ExceptionClass[] | ((exception: Error) => boolean);

/** What a condition leaves of a group of `T`: instances of its classes, if it has any. */
export type Selected<C, T extends Error> = C extends ExceptionClass<infer E> | readonly ExceptionClass<infer E>[]
  ? E
  : T;

type Matcher = (exception: Error) => boolean;
type Selection<T> = { readonly match: T | null; readonly rest: T | null };

/** Turns a condition into a function. */
export function matcherOf(condition: unknown): Matcher {
  const classes: readonly unknown[] = Array.isArray(condition) ? condition : [condition];
  if (classes.every(isErrorClass)) return (exception) => classes.some((type) => isInstance(exception, type));
  if (typeof condition === 'function' && !isClass(condition)) return condition as Matcher;
  throw new TypeError('expected an exception type, a tuple of exception types, or a callable (other than a class)');
}

/** Takes an exception apart, nested groups within it too; what stays whole stays the same object. */
export function select(exception: Error, matches: Matcher, isGroup: IsGroup): Selection<Error> {
  if (matches(exception)) return { match: exception, rest: null };
  if (!isGroup(exception)) return { match: null, rest: exception };
  const parts = exception.exceptions.map((inner) => select(inner, matches, isGroup));
  return {
    match: partOf(
      exception,
      parts.flatMap(({ match }) => match ?? []),
      isGroup,
    ),
    rest: partOf(
      exception,
      parts.flatMap(({ rest }) => rest ?? []),
      isGroup,
    ),
  };
}

type IsGroup = (value: unknown) => value is BaseExceptionGroup;

/** What Python copies to a derived group: where the original was raised, and its cause. */
function partOf(group: BaseExceptionGroup, exceptions: Error[], isGroup: IsGroup): BaseExceptionGroup | null {
  if (exceptions.length === 0) return null;
  const part: unknown = group.derive(exceptions);
  if (!isGroup(part)) throw new TypeError('derive must return an instance of BaseExceptionGroup');
  if (Object.hasOwn(group, 'cause')) define(part, 'cause', group.cause);
  const frames = group.stack?.match(/\n {4}at [\s\S]*/)?.[0] ?? '';
  define(part, 'stack', `${part.name}: ${part.message}${frames}`);
  return part;
}

function define(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, configurable: true });
}

/** In a group JavaScript's own errors count as Exceptions, which `instanceof` does not say. */
function isInstance(exception: Error, type: ExceptionClass): boolean {
  if (exception instanceof type) return true;
  const name = brandOf(type);
  return (name === 'Exception' || name === 'BaseException') && isException(exception);
}

function isErrorClass(type: unknown): type is ExceptionClass {
  return typeof type === 'function' && (type === Error || type.prototype instanceof Error);
}

function isClass(type: object): boolean {
  return Function.prototype.toString.call(type).startsWith('class');
}
