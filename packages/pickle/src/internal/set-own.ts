/** An own property, also where the key is `__proto__`. */
export function setOwn(object: object, key: PropertyKey, value: unknown): void {
  if (key !== '__proto__') (object as Record<PropertyKey, unknown>)[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
