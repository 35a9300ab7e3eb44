/**
 * Words in columns, one below the other. Python: `cmd.Cmd.columnize`.
 *
 * @param width - Of the lines.
 */
export function inColumns(words: readonly string[], width: number): string[] {
  for (let rows = 1; rows < words.length; rows++) {
    const columns = Array.from({ length: Math.ceil(words.length / rows) }, (_, column) =>
      words.slice(rows * column, rows * (column + 1)),
    );
    const widths = columns.map((column) => Math.max(...column.map((word) => word.length)));
    if (widths.reduce((sum, width) => sum + width + 2, -2) > width) continue;
    return Array.from({ length: rows }, (_, row) =>
      columns
        .filter((column) => row < column.length)
        .map((column, i) => column[row]!.padEnd(widths[i]!))
        .join('  '),
    );
  }
  return [...words];
}
