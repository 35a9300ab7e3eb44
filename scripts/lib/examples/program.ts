/** A program found in a document, to be compiled and run. */
export interface Program {
  /** The file it stands in, as seen from the root. */
  readonly file: string;
  /** The line of that file in which it begins, from 1. */
  readonly line: number;
  readonly text: string;
  /** Whether it may be run; all are compiled. */
  readonly runs: boolean;
  /** All it must print, where the document shows that. */
  readonly output?: string | undefined;
}

/**
 * What the comments behind `console.log(…);` promise to be printed.
 *
 * `…` stands for anything; a comment that begins with "for example" promises nothing.
 */
export function promisedLines(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const promise = line.match(/console\.log\(.*\);?\s+\/\/\s?(?<promise>.*)$/)?.groups?.promise?.trim();
    return promise === undefined || promise.startsWith('for example') ? [] : [promise];
  });
}

/** Whether a printed line keeps a promise. */
export function keeps(printed: string, promise: string): boolean {
  const parts = promise.split('…').map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(printed.trim());
}
