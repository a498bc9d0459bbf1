import { randomInt } from 'node:crypto';
import type { Transaction } from '../platform/database.ts';

// As in api/platform/short-code.ts: people read these aloud and type them.
const alphabet = '23456789ABCDEFGHJKMNPQRSTVWXYZ';
const letters = 8;

/** The account's code for inviting others, made the first time. */
export async function makeCode(trx: Transaction, accountId: string): Promise<string> {
  await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`affiliate:${accountId}`]);
  const known = await trx('affiliate_codes').where({ account_id: accountId }).first('code');
  if (known !== undefined) return known.code;
  const code = Array.from({ length: letters }, () => alphabet[randomInt(alphabet.length)]).join('');
  await trx('affiliate_codes').insert({ code, account_id: accountId });
  return code;
}

/** A code as people type it; null when it is not one. */
export function readCode(text: string): string | null {
  const code = text.trim().toUpperCase();
  return /^[2-9A-HJ-NP-TV-Z]{8}$/.test(code) ? code : null;
}
