/*
 * Tables of squeue and sinfo: names may have anything in them, blanks, bars and line ends, so the columns are told apart by control characters.
 * (Their JSON has another shape in each version.)
 */
export const FIELD = '\x1f';
export const ROW = '\x1e';

export type Row<Name extends string> = Readonly<Record<Name, string>>;

/** What `-O` gets. */
export function formatOf(names: readonly string[]): string {
  return names.map((name, i) => `${name}:${i === names.length - 1 ? ROW : FIELD}`).join(',');
}

export function rowsOf<Name extends string>(names: readonly Name[], text: string): Row<Name>[] {
  const rows = text.split(`${ROW}\n`).filter((row) => row.trim() !== '');
  return rows.map((row) => {
    const values = row.split(FIELD);
    return Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])) as Row<Name>;
  });
}

/** Seconds since 1970, since SLURM_TIME_FORMAT says so; `N/A`, `Unknown`. */
export function dateOf(text: string): Date | null {
  return /^\d+$/.test(text) ? new Date(1000 * Number(text)) : null;
}

/** What somebody else has written: it goes on to the end of the line, though there may be a `=` in it. */
const WHOLE = ['JobName', 'Comment', 'Command', 'WorkDir', 'StdErr', 'StdIn', 'StdOut', 'OS'];

/** Lines of `Key=value Key2=value with blanks`: what `scontrol show` writes. */
export function recordOf(text: string): Record<string, string> {
  const record: Record<string, string> = {};
  for (const line of text.split(/ ?\n {3}(?=[A-Za-z])/)) {
    let last: string | undefined;
    for (const word of line.split(' ')) {
      const isKey = (last === undefined || !WHOLE.includes(last)) && /^[A-Za-z][\w/:.-]*=/.test(word);
      if (isKey) {
        const at = word.indexOf('=');
        last = word.slice(0, at);
        record[last] = word.slice(at + 1);
      } else if (last !== undefined) record[last] += ` ${word}`;
    }
  }
  return record;
}
