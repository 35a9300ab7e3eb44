import { addressOf } from '@prac/exceptions';

/** How Python writes a lock and the like: `<asyncio.locks.Lock object at 0x1 [unlocked, waiters:2]>`. */
export function lockText(it: object, ...extras: readonly string[]): string {
  return `<asyncio.locks.${it.constructor.name} object at ${addressOf(it)} [${extras.join(', ')}]>`;
}

/** Has `console.log` write what `String` does. */
export function printsAsText(...classes: readonly { readonly prototype: object }[]): void {
  for (const { prototype } of classes)
    Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: object) {
        return String(this);
      },
      configurable: true,
      writable: true,
    });
}
