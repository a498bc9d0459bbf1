import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces what is between the two marks of `section` in a Markdown file. Throws when it does not have them. */
export function writeSection(file: string, section: string, markdown: string): void {
  const [begin, end] = [`<!-- ${section}: begin -->`, `<!-- ${section}: end -->`];
  const page = readFileSync(file, 'utf8');
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${file} has no marks ${begin} and ${end} to write between.`);
  writeFileSync(file, `${page.slice(0, from)}${begin}\n\n${markdown}\n\n${page.slice(to)}`);
}
