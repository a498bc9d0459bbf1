import Papa from 'papaparse';

/**
 * What a spreadsheet would run as a formula, also in wide letters; a plain number is none, whatever its sign
 * (https://owasp.org/www-community/attacks/CSV_Injection).
 */
const formula = /^(?!-?\d+(?:\.\d+)?$)[=+\-@\t\r\n＝＋－＠]/;

/** Rows as CSV (RFC 4180), the names of the columns first. A text that a spreadsheet would run gets a ' before it. */
export function writeCsv(columns: string[], rows: (string | bigint | null)[][]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
  return `${Papa.unparse([columns, ...cells], { escapeFormulae: formula })}\r\n`;
}
