/**
 * Replaces what stands between two markers, each on a line of its own.
 *
 * @returns The new text, or nothing if a marker is missing.
 */
export function replaceBetween(
  text: string,
  [open, close]: readonly [string, string],
  content: string,
): string | undefined {
  const start = text.indexOf(`${open}\n`);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) return undefined;
  return text.slice(0, start + open.length + 1) + content + text.slice(end);
}
