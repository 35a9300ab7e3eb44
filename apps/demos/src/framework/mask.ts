/** Text that may differ between two runs, and what stands for it when they are compared. */
export interface Mask {
  readonly pattern: RegExp;
  readonly by: string;
}

/** What differs from run to run in any program. */
const ALWAYS: readonly Mask[] = [
  // A line of `ls -l`: its name and kind stay, its sizes and times go.
  { pattern: /^[-a-z][-rwxsStT]{9}\S*\s+\d+\s+\S+\s+\S+\s+\S+\s+\w{3}\s+\d+\s+[\d:]+ /gm, by: '<listed> ' },
  { pattern: /^total \S+$/gm, by: 'total <size>' },
  { pattern: /\b\d+ bytes\b/g, by: '<n> bytes' },
  { pattern: /\b\d+\.\d+ ?(s|seconds)\b/g, by: '<time>' },
  { pattern: /\b0x[0-9a-f]+\b/g, by: '<address>' },
];

export function applyMasks(text: string, masks: readonly Mask[] = []): string {
  return [...ALWAYS, ...masks].reduce((masked, { pattern, by }) => masked.replace(pattern, by), text);
}
