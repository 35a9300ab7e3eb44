/** What Python would call the type of a value, in the text of a future. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  const simple = { boolean: 'bool', string: 'str', bigint: 'int', symbol: 'symbol', function: 'function' } as const;
  if (typeof value !== 'object') return simple[typeof value as keyof typeof simple];
  if (Array.isArray(value)) return 'list';
  const name = value instanceof Error ? value.name : value.constructor?.name;
  return name === undefined || name === 'Object' || name === 'Map' ? 'dict' : name === 'Set' ? 'set' : name;
}
