import type { Readable, Writable } from 'node:stream';
import picocolors from 'picocolors';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** Where the command reads and writes. Tests bring their own. */
export interface Terminal {
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** Whether somebody can answer questions. */
  readonly interactive: boolean;
  /** In characters. */
  readonly columns: number;
  readonly rows: number;
  readonly colors: Colors;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  const interactive = Boolean(stdin.isTTY && stdout.isTTY);
  // picocolors knows the conventions (NO_COLOR, FORCE_COLOR), but it also paints wherever CI is set, files and pipes included.
  const painted = picocolors.isColorSupported && Boolean(stdout.isTTY || process.env.FORCE_COLOR);
  return {
    input: stdin,
    output: stdout,
    errors: stderr,
    interactive,
    // A pipe has no width.
    columns: stdout.columns || 80,
    rows: stdout.rows || 24,
    colors: picocolors.createColors(painted),
  };
}

export function print(terminal: Terminal, text = ''): void {
  terminal.output.write(`${text}\n`);
}
