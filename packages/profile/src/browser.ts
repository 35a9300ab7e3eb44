import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { OSError } from '@prac/exceptions';
import { inColumns } from './internal/columns.ts';
import { isSortWord, SORT_ORDERS } from './internal/sort-orders.ts';
import { type ReportStream, type Restriction, Stats } from './stats.ts';

/*
 * The browser for profiles, as `python -m pstats`: a line is a command and what it is about.
 *
 *   line ── command ──> do it, print ── quit, EOF ──> over
 *     └── empty ──> the last command again
 */

type Command = (browser: ProfileBrowser, argument: string) => unknown;

interface Help {
  readonly run: Command;
  readonly help: readonly string[];
}

const ARGUMENTS = [
  'Arguments may be:',
  '* An integer maximum number of entries to print.',
  '* A decimal fractional number between 0 and 1, controlling',
  '  what fraction of selected entries to print.',
  '* A regular expression; only entries with function names',
  '  that match it are printed.',
];

const COMMANDS: Readonly<Record<string, Help>> = {
  EOF: {
    run: (browser) => {
      browser.print('');
      return true;
    },
    help: ['Leave the profile browser.'],
  },
  add: {
    run: (browser, line) => browser.add(line),
    help: ['Add profile info from given file to current statistics object.'],
  },
  callees: {
    run: (browser, line) => browser.report('printCallees', line),
    help: ['Print callees statistics from the current stat object.', ...ARGUMENTS],
  },
  callers: {
    run: (browser, line) => browser.report('printCallers', line),
    help: ['Print callers statistics from the current stat object.', ...ARGUMENTS],
  },
  help: { run: (browser, line) => browser.help(line), help: ['Show help for a given command.'] },
  quit: { run: () => true, help: ['Leave the profile browser.'] },
  read: {
    run: (browser, line) => browser.read(line),
    help: ['Read in profile data from a specified file.', 'Without argument, reload the current file.'],
  },
  reverse: {
    run: (browser) => browser.withStats((stats) => stats.reverseOrder()),
    help: ['Reverse the sort order of the profiling report.'],
  },
  sort: {
    run: (browser, line) => browser.sort(line),
    help: ['Sort profile data according to specified keys.', "(Typing `sort' without arguments lists valid keys.)"],
  },
  stats: {
    run: (browser, line) => browser.report('printStats', line),
    help: ['Print statistics from the current stat object.', ...ARGUMENTS],
  },
  strip: {
    run: (browser) => browser.withStats((stats) => stats.stripDirs()),
    help: ['Strip leading path information from filenames in the report.'],
  },
};

const LINE_WIDTH = 79;

class ProfileBrowser {
  prompt = '% ';
  #stats: Stats | undefined;
  #lastLine = '';
  readonly #stream: ReportStream;

  constructor(stream: ReportStream) {
    this.#stream = stream;
  }

  print(text: string): void {
    this.#stream.write(`${text}\n`);
  }

  /** Does what a line says. Whether that was the last one. */
  do(line: string): boolean {
    const text = line.trim();
    if (text === '') return this.#lastLine !== '' && this.do(this.#lastLine);
    if (!text.startsWith('!')) this.#lastLine = text === 'EOF' ? '' : text; // that would be for a shell
    const [, name = '', argument = ''] = /^(\w*)(.*)$/s.exec(text.replace(/^\?/, 'help ')) ?? [];
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) this.print(`*** Unknown syntax: ${text}`);
    return command?.run(this, argument.trim()) === true;
  }

  withStats(fn: (stats: Stats) => unknown): void {
    if (this.#stats === undefined) this.print('No statistics object is loaded.');
    else fn(this.#stats);
  }

  report(print: 'printStats' | 'printCallers' | 'printCallees', line: string): void {
    const restrictions = line
      .split(/\s+/)
      .filter(Boolean)
      .flatMap((term) => this.#restriction(term));
    this.withStats((stats) => stats[print](...restrictions));
  }

  #restriction(term: string): Restriction[] {
    if (/^[+-]?\d+(_\d+)*$/.test(term)) return [Number(term.replaceAll('_', ''))];
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(term)) return [term];
    const fraction = Number(term);
    if (fraction <= 1 && fraction >= 0) return fraction === 1 ? [] : [fraction]; // all of them
    this.print('Fraction argument must be in [0, 1]');
    return [];
  }

  add(line: string): void {
    this.withStats((stats) => {
      try {
        stats.add(line);
      } catch (error) {
        const { name, message } = error as Error;
        this.print(
          `Failed to load statistics for ${line}: ${error instanceof OSError ? message : `${name}: ${message}`}`,
        );
      }
    });
  }

  read(line: string): void {
    const path = line === '' ? this.prompt.slice(0, -2) : line;
    if (path === '') {
      this.print('No statistics object is current -- cannot reload.');
      return;
    }
    try {
      this.#stats = new Stats(path, { stream: this.#stream });
      this.prompt = `${path}% `;
    } catch (error) {
      const { name, message } = error as Error;
      this.print(error instanceof OSError && error.strerror !== null ? error.strerror : `${name}: ${message}`);
    }
  }

  sort(line: string): void {
    this.withStats((stats) => {
      const words = line.split(/\s+/).filter(Boolean);
      if (words.length > 0 && words.every(isSortWord)) stats.sortStats(...words);
      else {
        this.print('Valid sort keys (unique prefixes are accepted):');
        for (const [word, { description }] of Object.entries(SORT_ORDERS)) this.print(`${word} -- ${description}`);
      }
    });
  }

  help(name: string): void {
    if (name !== '') {
      const lines = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]!.help : [`*** No help on ${name}`];
      for (const line of lines) this.print(line);
      return;
    }
    const title = 'Documented commands (type help <topic>):';
    for (const line of ['', title, '='.repeat(title.length), ...inColumns(Object.keys(COMMANDS), LINE_WIDTH), ''])
      this.print(line);
  }
}

/**
 * The browser for profiles: `prac-stats [file ...]`, Python's `python -m pstats`. Ends at `quit`, at the end of the input, or when it is
 * interrupted.
 *
 * @param files - What it begins with; the first is read, the others are added.
 */
export async function browseProfiles(files: readonly string[], input: Readable, output: Writable): Promise<void> {
  const browser = new ProfileBrowser(output);
  const [first, ...others] = files;
  if (first !== undefined) browser.read(first);
  for (const file of others) browser.add(file);
  browser.print('Welcome to the profile statistics browser.');
  const isTerminal = (output as { isTTY?: boolean }).isTTY === true;
  const lines = createInterface({ input, output, terminal: isTerminal, completer: completed });
  let isInterrupted = false;
  lines.on('SIGINT', () => {
    isInterrupted = true;
    lines.close();
  });
  let isOver = false;
  const prompt = (): void => {
    lines.setPrompt(browser.prompt);
    lines.prompt();
  };
  prompt();
  for await (const line of lines) {
    isOver = browser.do(line);
    if (isOver) break;
    prompt();
  }
  lines.close();
  if (isInterrupted) return;
  if (!isOver) browser.do('EOF');
  browser.print('Goodbye.');
}

/** For the tab key: commands, and the keys of `sort`. */
function completed(line: string): [string[], string] {
  const isSort = /^\s*sort\s/.test(line);
  const word = /\S*$/.exec(line)![0];
  const words = Object.keys(isSort ? SORT_ORDERS : COMMANDS);
  return [words.filter((known) => known.startsWith(word)), word];
}
