import type { Context } from '../platform/context.ts';
import { isSealedWith, seal, unseal } from '../platform/seal.ts';

/** Seals the private halves of the signing keys under the present QUARRY_SECRET. Answers how many were sealed anew. */
export async function resealSigningKeys(context: Context): Promise<number> {
  const { secret, previousSecrets } = context.config;
  const rows: { kid: string; purpose: string; private_jwk_sealed: string }[] = await context
    .database('signing_keys')
    .whereNull('retired_at')
    .select('kid', 'purpose', 'private_jwk_sealed');
  const old = rows.filter((row) => !isSealedWith(secret, `signing:${row.purpose}`, row.private_jwk_sealed));
  for (const { kid, purpose, private_jwk_sealed: sealed } of old) {
    const text = unseal([secret, ...previousSecrets], `signing:${purpose}`, sealed);
    await context
      .database('signing_keys')
      .where({ kid })
      .update({ private_jwk_sealed: seal(secret, `signing:${purpose}`, text) });
  }
  return old.length;
}
