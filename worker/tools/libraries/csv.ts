import Papa from 'papaparse';
import { demand } from './demand.ts';

type Parsed = { rows: unknown[]; errors: { row: number | null; message: string }[] };

/** Rows of a CSV text; with `header` each is an object by the names of the first row. A row that does not fit is told in `errors`. */
export function parse(text: string, options: { header?: boolean; delimiter?: string } = {}): Parsed {
  demand(typeof text === 'string', 'csv.parse takes a text.');
  const { data, errors } = Papa.parse(text, {
    header: options.header === true,
    delimiter: options.delimiter ?? '',
    skipEmptyLines: true,
  });
  return { rows: data, errors: errors.map(({ row, message }) => ({ row: row ?? null, message })) };
}

/** Rows, arrays or objects, as CSV text with lines ended by CRLF (RFC 4180). */
export function format(rows: unknown[]): string {
  demand(Array.isArray(rows), 'csv.format takes a list of rows.');
  return Papa.unparse(rows);
}
