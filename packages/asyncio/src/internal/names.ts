/** What a function is called in texts. */
export function nameOf(fn: unknown): string {
  const { name } = fn as { readonly name?: unknown };
  return typeof name === 'string' && name !== '' ? name : '<lambda>';
}
