import { inspect } from 'node:util';
import { showAsText } from './internal/show-as-text.ts';

/** What may stand between the braces of a {@link cmd} or {@link sh} template. */
export type TemplateValue = string | number | bigint | readonly (string | number | bigint)[];

/**
 * Splits a template into an argument list: no shell, nothing to quote.
 *
 * The text is split at white space; quotes and backslashes in the text group as in a shell. A value never splits: it is one
 * argument, or part of one where it touches text; an array gives one argument for each of its items.
 *
 * @returns The arguments, for {@link run} and the others.
 * @throws {SyntaxError} if a quote is not closed.
 * @throws {TypeError} if a value is no string, number or array of them, or an array touches text.
 * @example
 * import { cmd, runSync } from '@prac/subprocess';
 * const name = 'two words; $(no shell)';
 * runSync(cmd`printf %s\n ${name} --size=${3}`);
 */
export function cmd(strings: TemplateStringsArray, ...values: TemplateValue[]): string[] {
  const words: string[] = [];
  let word: string | undefined; // the argument under construction; undefined between arguments
  let listEnded = false; // the last thing seen was an array: text may not touch it
  let quote: '"' | "'" | undefined;
  const endWord = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
    listEnded = false;
  };
  const add = (text: string): void => {
    if (listEnded) throw new TypeError('Expected white space around an array in a cmd template');
    word = (word ?? '') + text;
  };
  strings.raw.forEach((text, i) => {
    for (let at = 0; at < text.length; at++) {
      const char = text[at]!;
      if (quote !== undefined && char === quote) quote = undefined;
      else if (quote === undefined && (char === '"' || char === "'")) {
        quote = char;
        add('');
      } else if (char === '\\' && quote !== "'" && isEscapable(text[at + 1], quote)) add(text[++at]!);
      else if (quote === undefined && /\s/.test(char)) endWord();
      else add(char);
    }
    if (i === values.length) return;
    const value = values[i]!;
    if (!Array.isArray(value)) {
      add(templateText(value));
      return;
    }
    if (word !== undefined || quote !== undefined) {
      throw new TypeError('Expected white space around an array in a cmd template');
    }
    words.push(...value.map(templateText));
    listEnded = true;
  });
  if (quote !== undefined) throw new SyntaxError(`Unclosed ${quote} in a cmd template`);
  endWord();
  return words;
}

/** `\n` stays what the program is to see (printf's, not JavaScript's); only what would group or split is escaped. */
function isEscapable(next: string | undefined, quote: '"' | "'" | undefined): boolean {
  return next !== undefined && (quote === '"' ? '"\\'.includes(next) : /[\s"'\\]/.test(next));
}

/** A command line for the shell: what {@link sh} makes. Functions that take one run it by `/bin/sh -c`. */
export class ShellCommand {
  static {
    showAsText(ShellCommand);
  }

  /** The command line. */
  readonly command: string;

  constructor(command: string) {
    this.command = command;
  }

  toString(): string {
    return this.command;
  }
}

/**
 * Writes a command line for the shell, with every value quoted.
 *
 * @returns A command that {@link run} and the others give to the shell; `shell: true` is implied.
 * @throws {TypeError} if a value is no string, number or array of them, or stands within quotes.
 * @example
 * import { run, sh } from '@prac/subprocess';
 * const word = "it's; rm -rf /";
 * const { stdout } = await run(sh`echo ${word} | tr a-z A-Z`, { captureOutput: true, text: true });
 * console.log(stdout); // IT'S; RM -RF /
 */
export function sh(strings: TemplateStringsArray, ...values: TemplateValue[]): ShellCommand {
  let quote: Quote;
  const parts = strings.raw.map((text, i) => {
    quote = quoteAfter(text, quote);
    if (i === values.length) return text;
    // Quotes around a value would end its own quoting, and the shell would execute what it holds.
    if (quote !== undefined)
      throw new TypeError(`A value in a sh template is quoted by itself: take away the ${quote} around it`);
    const value = values[i]!;
    return text + (Array.isArray(value) ? value : [value]).map(shellQuote).join(' ');
  });
  return new ShellCommand(parts.join(''));
}

type Quote = "'" | '"' | '`' | undefined;

/** Within which quotes a shell is at the end of a text. */
function quoteAfter(text: string, before: Quote): Quote {
  let quote = before;
  for (let at = 0; at < text.length; at++) {
    const char = text[at]!;
    if (char === '\\' && quote !== "'") at++;
    else if (char === quote) quote = undefined;
    else if (quote === undefined && (char === "'" || char === '"' || char === '`')) quote = char;
  }
  return quote;
}

/** Python: `shlex.quote`. */
function shellQuote(value: TemplateValue): string {
  const text = templateText(value);
  if (text !== '' && !/[^\w@%+=:,./-]/.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

function templateText(value: TemplateValue): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw new TypeError(`Expected a string, a number or an array of them in a template, got ${inspect(value)}`);
}
