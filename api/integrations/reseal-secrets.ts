import type { Context } from '../platform/context.ts';
import { isSealedWith, seal, unseal } from '../platform/seal.ts';
import { Connector, sealPurpose } from './connector.ts';

/**
 * Seals every connector's secret under the present QUARRY_SECRET, after which those of QUARRY_PREVIOUS_SECRETS can go. Answers how many
 * were sealed anew; running it again changes nothing.
 */
export async function resealSecrets(context: Context): Promise<number> {
  const { secret, previousSecrets } = context.config;
  const rows = await Connector.query(context.database).whereNull('revoked_at').select('id', 'secret_sealed');
  const old = rows.filter((row) => !isSealedWith(secret, sealPurpose(row.id), row.secretSealed));
  for (const { id, secretSealed } of old) {
    const purpose = sealPurpose(id);
    const text = unseal([secret, ...previousSecrets], purpose, secretSealed);
    // Unless it was rotated in between.
    await Connector.query(context.database)
      .where({ id, secret_sealed: secretSealed })
      .patch({ secretSealed: seal(secret, purpose, text) });
  }
  return old.length;
}
