// No I, L, O, U, 0, 1: people read these codes aloud and type them.
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const scatter = 17_389n;

/** The n-th short code of a kind: `B-7K3`. Unique for each n ≥ 1, three letters up to 27,000, one more for each 30-fold. */
export function shortCode(prefix: 'B' | 'A', n: bigint): string {
  const base = BigInt(alphabet.length);
  let length = 3;
  let index = n - 1n;
  for (let space = base ** 3n; index >= space; space = base ** BigInt(length)) {
    index -= space;
    length += 1;
  }
  // 17,389 is prime to 30, so the multiplication visits every code of this length once, out of order.
  let rest = (index * scatter + 4_321n) % base ** BigInt(length);
  let letters = '';
  for (let place = 0; place < length; place += 1) {
    letters = alphabet[Number(rest % base)] + letters;
    rest /= base;
  }
  return `${prefix}-${letters}`;
}

/** Reads a code as people type it (`b-7k3`, `#B-7K3`); null when it is not one. */
export function readShortCode(prefix: 'B' | 'A', text: string): string | null {
  const match = /^#?([AB])-?([2-9A-HJ-NP-TV-Z]{3,10})$/.exec(text.trim().toUpperCase());
  return match && match[1] === prefix ? `${prefix}-${match[2]}` : null;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Which column an `:id` of a path names: its uuid or its short code; null when it is neither. */
export function readId(prefix: 'B' | 'A', text: string): { id: string } | { code: string } | null {
  if (uuid.test(text)) return { id: text.toLowerCase() };
  const code = readShortCode(prefix, text);
  return code === null ? null : { code };
}

/** Whether a text is a uuid. */
export function isUuid(text: string): boolean {
  return uuid.test(text);
}
