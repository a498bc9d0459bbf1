import { CompactSign, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import type { Context } from '../platform/context.ts';
import { seal, unseal } from '../platform/seal.ts';

type Purpose = 'access' | 'receipt';
type Row = { kid: string; purpose: Purpose; public_jwk: JWK; private_jwk_sealed: string };
export type SigningKey = { kid: string; privateKey: CryptoKey };

const kept = new WeakMap<object, Map<Purpose, Promise<SigningKey>>>();

/** The newest Ed25519 key of a purpose; the first process that needs one makes it. */
export function signingKey(context: Context, purpose: Purpose): Promise<SigningKey> {
  const ofDatabase = kept.get(context.database) ?? new Map<Purpose, Promise<SigningKey>>();
  kept.set(context.database, ofDatabase);
  const known = ofDatabase.get(purpose) ?? loadOrMake(context, purpose);
  ofDatabase.set(purpose, known);
  known.catch(() => ofDatabase.delete(purpose));
  return known;
}

/** The public halves of all keys in use, as a JWK Set (RFC 7517). */
export async function publicKeys(context: Context): Promise<{ keys: JWK[] }> {
  await Promise.all([signingKey(context, 'access'), signingKey(context, 'receipt')]);
  const rows = await context.database<Row>('signing_keys').whereNull('retired_at').orderBy('created_at');
  return { keys: rows.map((row) => ({ ...row.public_jwk, kid: row.kid, alg: 'EdDSA', use: 'sig' })) };
}

/** Signs a receipt's JSON bytes as a compact JWS (RFC 7515) that anyone can check against the JWKS, offline. */
export async function signReceipt(context: Context, payload: object): Promise<{ jws: string; kid: string }> {
  const { kid, privateKey } = await signingKey(context, 'receipt');
  const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'quarry-receipt+jws' })
    .sign(privateKey);
  return { jws, kid };
}

async function loadOrMake(context: Context, purpose: Purpose): Promise<SigningKey> {
  const row = await context.database.transaction(async (trx) => {
    await trx.raw('select pg_advisory_xact_lock(hashtext(?))', [`signing-key:${purpose}`]);
    const present = await trx<Row>('signing_keys')
      .where({ purpose })
      .whereNull('retired_at')
      .orderBy('created_at', 'desc')
      .first();
    return present ?? (await make(context, trx, purpose));
  });
  const jwk = JSON.parse(
    unseal([context.config.secret, ...context.config.previousSecrets], `signing:${purpose}`, row.private_jwk_sealed),
  ) as JWK;
  return { kid: row.kid, privateKey: (await importJWK(jwk, 'EdDSA')) as CryptoKey };
}

async function make(context: Context, trx: Context['database'], purpose: Purpose): Promise<Row> {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const row: Row = {
    kid: randomUUID(),
    purpose,
    public_jwk: await exportJWK(pair.publicKey),
    private_jwk_sealed: seal(
      context.config.secret,
      `signing:${purpose}`,
      JSON.stringify(await exportJWK(pair.privateKey)),
    ),
  };
  await trx('signing_keys').insert({ ...row, public_jwk: JSON.stringify(row.public_jwk) });
  return row;
}
