import { PassThrough } from 'node:stream';
import picocolors from 'picocolors';
import type { Terminal } from '../../src/cli/terminal.ts';

export interface FakeTerminal extends Terminal {
  readonly input: PassThrough;
  /** Everything written so far. */
  readonly written: () => string;
  /** Everything written to standard error so far. */
  readonly complaints: () => string;
  /** Settles when something written contains the text. */
  readonly shows: (text: string) => Promise<void>;
}

/** A terminal without a screen, to which tests type and from which they read. */
export function fakeTerminal({ columns = 80, colors = false, interactive = true } = {}): FakeTerminal {
  const output = new PassThrough();
  const errors = new PassThrough();
  let complaints = '';
  errors.on('data', (chunk: Buffer) => {
    complaints += chunk.toString();
  });
  let text = '';
  output.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const shows = (wanted: string) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (!text.includes(wanted)) return;
      output.off('data', look);
      resolve();
    };
    output.on('data', look);
    look();
    return promise;
  };
  return {
    input: new PassThrough(),
    output,
    errors,
    interactive,
    columns,
    rows: 30,
    colors: picocolors.createColors(colors),
    written: () => text,
    complaints: () => complaints,
    shows,
  };
}
