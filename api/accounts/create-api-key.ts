import type { Transaction } from '../platform/database.ts';
import { makeKey } from './api-key.ts';

export type NewKey =
  | { kind: 'secret'; name: string; accountId: string }
  | { kind: 'publishable'; name: string; workspaceId: string; origins: string[] }
  | { kind: 'service'; name: string; surface: 'slack' | 'discord' };

/** Makes a key and stores its hash. Answers the text: the only time it can be seen. */
export async function createApiKey(trx: Transaction, key: NewKey): Promise<{ id: string; text: string; hint: string }> {
  const made = makeKey(key.kind);
  const [row] = await trx('api_keys')
    .insert({
      kind: key.kind,
      name: key.name,
      hash: made.hash,
      hint: made.hint,
      account_id: key.kind === 'secret' ? key.accountId : null,
      workspace_id: key.kind === 'publishable' ? key.workspaceId : null,
      surface: key.kind === 'service' ? key.surface : null,
      origins: key.kind === 'publishable' ? key.origins : [],
    })
    .returning('id');
  return { id: row.id, text: made.text, hint: made.hint };
}
