import { demand } from './demand.ts';

const word = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu;

/** The words of a text in lower case; an apostrophe inside belongs to its word. */
export function words(text: string): string[] {
  return checked('words', text).toLowerCase().match(word) ?? [];
}

/** How alike two texts are: twice the pairs of letters they share, over all they have (Sørensen–Dice). */
export function similarity(a: string, b: string): number {
  const [x, y] = [pairs(checked('similarity', a)), pairs(checked('similarity', b))];
  if (x.length + y.length === 0) return normalize(a) === normalize(b) ? 1 : 0;
  const left = new Map<string, number>();
  for (const pair of x) left.set(pair, (left.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of y) {
    const count = left.get(pair) ?? 0;
    if (count > 0) shared += 1;
    left.set(pair, count - 1);
  }
  return (2 * shared) / (x.length + y.length);
}

/** Lower-case words of Latin letters and digits with hyphens between; accents are dropped. */
export function slug(text: string): string {
  const plain = checked('slug', text)
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
}

/** At most so many characters, cut between words where there are any, and ended with an ellipsis. */
export function truncate(text: string, charactersMax: number): string {
  demand(Number.isInteger(charactersMax) && charactersMax > 0, 'text.truncate takes how many characters to keep.');
  const letters = Array.from(checked('truncate', text));
  if (letters.length <= charactersMax) return text;
  const kept = letters.slice(0, charactersMax - 1).join('');
  const space = letters[charactersMax - 1] === ' ' ? kept.length : kept.lastIndexOf(' ');
  return `${(space > 0 ? kept.slice(0, space) : kept).trimEnd()}…`;
}

/** Unicode NFKC, every run of spaces one space, none at the ends. */
export function normalize(text: string): string {
  return checked('normalize', text).normalize('NFKC').replace(/\s+/gu, ' ').trim();
}

function pairs(text: string): string[] {
  return words(text).flatMap((one) => Array.from({ length: one.length - 1 }, (_, n) => one.slice(n, n + 2)));
}

function checked(name: string, text: unknown): string {
  demand(typeof text === 'string', `text.${name} takes a text.`);
  return text as string;
}
