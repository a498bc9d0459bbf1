import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** Prefix → kind. A key is `<prefix>_<30 letters><6 letters of CRC-32>`, so scanners find it and typos are refused unread. */
export const keyPrefixes = { qsk: 'secret', pk: 'publishable', qbot: 'service' } as const;

export type KeyKind = (typeof keyPrefixes)[keyof typeof keyPrefixes];

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const shape = /^(qsk|pk|qbot)_([0-9A-Za-z]{30})([0-9A-Za-z]{6})$/;

/** A new key of a kind, from 178 bits of randomness. The text is shown once; only its hash is stored. */
export function makeKey(kind: KeyKind): { text: string; hash: Buffer; hint: string } {
  const prefix = Object.entries(keyPrefixes).find(([, value]) => value === kind)?.[0] ?? 'qsk';
  let body = '';
  while (body.length < 30) {
    for (const byte of randomBytes(32)) if (byte < 248 && body.length < 30) body += alphabet[byte % 62];
  }
  const text = `${prefix}_${body}${checksum(body)}`;
  return { text, hash: hashKey(text), hint: `${prefix}_${body.slice(0, 4)}…` };
}

/** Whether a text has a key's form and checksum; says nothing of whether the key exists. */
export function isKey(text: string): boolean {
  const match = shape.exec(text);
  return match !== null && checksum(match[2] ?? '') === match[3];
}

/** What is stored of a key. */
export function hashKey(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function checksum(body: string): string {
  let rest = crc32(body);
  let letters = '';
  for (let place = 0; place < 6; place += 1) {
    letters = alphabet[rest % 62] + letters;
    rest = Math.floor(rest / 62);
  }
  return letters;
}
