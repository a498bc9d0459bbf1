import { jwtVerify, SignJWT, createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Context } from '../platform/context.ts';
import { publicKeys, signingKey } from './signing-keys.ts';

/** How long an access token lives, in seconds. */
export const accessTokenSeconds = 600;
const audience = 'quarry-api';

/** A 10-minute EdDSA token for an account (RFC 9068: typ at+jwt). */
export async function makeAccessToken(context: Context, accountId: string): Promise<string> {
  const { kid, privateKey } = await signingKey(context, 'access');
  const nowSeconds = Math.floor(context.clock.nowMs() / 1000);
  return new SignJWT({})
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' })
    .setIssuer(context.config.publicUrl)
    .setAudience(audience)
    .setSubject(accountId)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + accessTokenSeconds)
    .sign(privateKey);
}

const keySets = new WeakMap<object, { resolve: JWTVerifyGetKey; atMs: number }>();

/** The account a token was made for; null for any token that is not ours, not for this API, or not valid now. */
export async function readAccessToken(context: Context, token: string): Promise<string | null> {
  try {
    const { payload } = await jwtVerify(token, await keySet(context), {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      issuer: context.config.publicUrl,
      audience,
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(context.clock.nowMs()),
    });
    return payload.sub ?? null;
  } catch {
    return null;
  }
}

async function keySet(context: Context): Promise<JWTVerifyGetKey> {
  const known = keySets.get(context.database);
  if (known && Date.now() - known.atMs < 60_000) return known.resolve;
  const resolve = createLocalJWKSet(await publicKeys(context));
  keySets.set(context.database, { resolve, atMs: Date.now() });
  return resolve;
}
