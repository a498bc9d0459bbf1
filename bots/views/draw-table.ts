/** A table as text of fixed width; columns are as wide as their widest cell. Numbers stand right. */
export function drawTable({ columns, rows }: { columns: string[]; rows: string[][] }): string {
  const all = [columns, ...rows];
  const widths = columns.map((_, index) => Math.max(...all.map((row) => width(row[index] ?? ''))));
  const line = (row: string[]) =>
    row
      .map((cell, index) => {
        const gap = ' '.repeat(Math.max(0, (widths[index] ?? 0) - width(cell)));
        return /^[\d.,–]+=?$/.test(cell) && row !== columns ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd();
  return [line(columns), widths.map((size) => '─'.repeat(size)).join('  '), ...rows.map(line)].join('\n');
}

function width(text: string): number {
  return Array.from(text).length;
}
