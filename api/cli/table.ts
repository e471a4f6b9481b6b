/** Columns of text, aligned. */

function width(cell: string): number {
  return [...cell].length;
}

/** Control characters of what others wrote (names, reasons) must not reach the terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** A table with a header line. Columns whose header ends in `#` are numbers and go to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = header.map((name) => name.endsWith('#'));
  const lines = [header.map((name) => name.replace(/#$/, '')), ...rows.map((row) => row.map(printable))];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => width(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const space = ' '.repeat(widths[column]! - width(cell));
          return right[column] ? space + cell : cell + space;
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Names and values, one to a line. */
export function pairs(entries: readonly (readonly [string, string])[]): string {
  const longest = Math.max(0, ...entries.map(([name]) => width(name)));
  return entries
    .map(([name, value]) => `${name}${' '.repeat(longest - width(name))}  ${printable(value)}`.trimEnd())
    .join('\n');
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}
