import { inspect } from 'node:util';

/** Makes `console.log` and `util.inspect` show a class's objects by their `toString()`, which is Python's repr. */
export function showAsText(type: { readonly prototype: object }): void {
  Object.defineProperty(type.prototype, inspect.custom, {
    value(this: object): string {
      return String(this);
    },
    configurable: true,
    writable: true,
  });
}
