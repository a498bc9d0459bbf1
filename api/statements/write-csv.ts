import Papa from 'papaparse';

/**
 * What a spreadsheet would run as a formula, also in wide letters; a plain number is none, whatever its sign
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const formula = /^(?!-?\d+(?:\.\d+)?$)[=+\-@\t\r\n＝＋－＠]/;

/** What a row has in its columns; a column that it has nothing for is empty. */
export type CsvRow<Column extends string> = { [name in Column]?: string | bigint | null };

/** Rows as CSV (RFC 4180), the names of the columns first. A text that a spreadsheet would run gets a ' before it. */
export function writeCsv<const Column extends string>(columns: readonly Column[], rows: CsvRow<Column>[]): string {
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? '')));
  return `${Papa.unparse([columns as readonly string[], ...cells] as string[][], { escapeFormulae: formula })}\r\n`;
}
