/**
 * Characters that nobody sees: those that turn the reading order (https://trojansource.codes), and those without width. Joiners are meant
 * to be unseen behind emoji, Arabic letters and marks, as in Persian or Hindi words, and count only elsewhere.
 */
const hidden =
  /[\u202a-\u202e\u2066-\u2069\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]|(?<![\p{Extended_Pictographic}\p{Emoji_Modifier}\p{M}\p{sc=Arabic}])[\u200c\u200d]/gu;
const placesMax = 20;
const before = 40;
const after = 80;

/** A line that holds such characters, with them written out: `{ line: 3, text: 'if (a\\u202e) {' }`. */
export type HiddenPlace = { line: number; text: string };

/** Where a text holds characters that nobody sees: the first 20 lines. A byte order mark at its start is none. */
export function findHiddenCharacters(text: string): HiddenPlace[] {
  const seen = text.replace(/^\ufeff/, '');
  if (seen.search(hidden) === -1) return [];
  return seen
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .flatMap((line, index) => {
      const at = line.search(hidden);
      if (at === -1) return [];
      const excerpt = line.slice(Math.max(0, at - before), at + after).toWellFormed();
      return { line: index + 1, text: excerpt.replace(hidden, writtenOut) };
    })
    .slice(0, placesMax);
}

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
