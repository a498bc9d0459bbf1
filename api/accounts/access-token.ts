import { jwtVerify, SignJWT, createLocalJWKSet, type JWTVerifyGetKey } from 'jose';
import type { Context } from '../platform/context.ts';
import { publicKeys, signingKey } from './signing-keys.ts';

/** How long an access token lives, in seconds. */
export const accessTokenSeconds = 600;
const audience = 'quarry-api';

/** Which bot a token was made for, to act from. */
export type Via = 'slack' | 'discord';

/** A 10-minute EdDSA token for an account (RFC 9068: typ at+jwt); the claim `via` names the chat it acts from. */
export async function makeAccessToken(context: Context, accountId: string, via: Via): Promise<string> {
  const { kid, privateKey } = await signingKey(context, 'access');
  const nowSeconds = Math.floor(context.clock.nowMs() / 1000);
  return new SignJWT({ via })
    .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'at+jwt' })
    .setIssuer(context.config.publicUrl)
    .setAudience(audience)
    .setSubject(accountId)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + accessTokenSeconds)
    .sign(privateKey);
}

const keySets = new WeakMap<object, { resolve: JWTVerifyGetKey; atMs: number }>();

/** The account a token was made for, and from where it acts; null for any token that is not ours, not for this API, or not valid now. */
export async function readAccessToken(
  context: Context,
  token: string,
): Promise<{ accountId: string; via: Via | 'api' } | null> {
  try {
    const { payload } = await jwtVerify(token, await keySet(context), {
      algorithms: ['EdDSA'],
      typ: 'at+jwt',
      issuer: context.config.publicUrl,
      audience,
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(context.clock.nowMs()),
    });
    const { sub, via } = payload;
    return sub === undefined ? null : { accountId: sub, via: via === 'slack' || via === 'discord' ? via : 'api' };
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
