import * as exceptions from '@prac/exceptions';

/** The exported class of a name. */
export function classNamed(name: string): typeof exceptions.Exception {
  const type = Object.entries(exceptions).find(([key]) => key === name)?.[1];
  if (type === undefined) throw new Error(`Expected an export called ${name}`);
  return type as typeof exceptions.Exception;
}

/** All exported classes, by name. */
export const classes: readonly (readonly [name: string, type: typeof exceptions.Exception])[] = Object.entries(
  exceptions,
)
  .filter(([name]) => /^[A-Z]/.test(name))
  .map(([name, type]) => [name, type as typeof exceptions.Exception]);
