/** A value in a few words, for an error. Nothing of it is run. */
export function describe(value: unknown): string {
  if (typeof value === 'function') {
    const kind = Function.prototype.toString.call(value).startsWith('class') ? 'class' : 'function';
    const name = Object.getOwnPropertyDescriptor(value, 'name')?.value;
    return typeof name === 'string' && name !== '' ? `${kind} ${name}` : `an anonymous ${kind}`;
  }
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value !== 'object' || value === null) return String(value);
  const name = nameOfClass(value);
  return name === undefined ? 'an object' : `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name} object`;
}

function nameOfClass(value: object): string | undefined {
  let prototype: unknown;
  try {
    prototype = Object.getPrototypeOf(value);
  } catch {
    return undefined; // a Proxy that does not want it
  }
  const type = prototype && Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof type === 'function' && typeof type.name === 'string' && type.name !== '' ? type.name : undefined;
}
