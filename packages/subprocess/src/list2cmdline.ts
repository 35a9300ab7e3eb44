/**
 * Joins arguments into one command line by the rules of the Microsoft C runtime.
 *
 * For showing a command, or for programs that parse their command line that way. It is no quoting for a POSIX shell: use
 * {@link sh} for that.
 *
 * Python: `subprocess.list2cmdline`.
 *
 * @param args - The arguments.
 * @returns The command line.
 * @example
 * import { list2cmdline } from '@prac/subprocess';
 * console.log(list2cmdline(['a b', 'c"d', ''])); // "a b" c\"d ""
 */
export function list2cmdline(args: readonly string[]): string {
  return args.map(quoteArgument).join(' ');
}

function quoteArgument(argument: string): string {
  // Backslashes are literal, except before a double quote (their own and the quote's escape).
  const escaped = argument.replace(/(\\*)"/g, '$1$1\\"');
  const needsQuotes = argument === '' || /[ \t]/.test(argument);
  return needsQuotes ? `"${escaped.replace(/\\+$/, '$&$&')}"` : escaped;
}
