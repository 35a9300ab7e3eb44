/*
 * The attributes of a property, as a number. A property that is enumerable and holds a value needs none: it is made by an
 * assignment, and so is one that was read-only or frozen.
 */
const WRITABLE = 1;
const ENUMERABLE = 2;
const CONFIGURABLE = 4;
/** It has a getter or a setter. */
const ACCESSOR = 8;

export function isAccessor({ get, set }: PropertyDescriptor): boolean {
  return get !== undefined || set !== undefined;
}

export function attributesOf(descriptor: PropertyDescriptor): number {
  const { writable, enumerable, configurable } = descriptor;
  return (
    (writable === true ? WRITABLE : 0) |
    (enumerable === true ? ENUMERABLE : 0) |
    (configurable === true ? CONFIGURABLE : 0) |
    (isAccessor(descriptor) ? ACCESSOR : 0)
  );
}

/** @param content - The value, or the getter. */
export function descriptorOf(attributes: number, content: unknown, setter: unknown): PropertyDescriptor {
  const [enumerable, configurable] = [(attributes & ENUMERABLE) !== 0, (attributes & CONFIGURABLE) !== 0];
  if ((attributes & ACCESSOR) === 0) {
    return { value: content, writable: (attributes & WRITABLE) !== 0, enumerable, configurable };
  }
  return { get: content as () => unknown, set: setter as (value: unknown) => void, enumerable, configurable };
}
