import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { makeKey } from './api-key.ts';
import { createApiKey } from './create-api-key.ts';

type Shown = { id: string; text: string; hint: string };

/**
 * Makes a secret key that acts for the account; its text is seen in this answer alone. Asked again by the same request, whose answer was
 * lost with the text, it gives the same key another text: nobody has seen the first. Throws `conflict` when it was revoked meanwhile.
 */
export async function makeOwnKey(
  context: Context,
  trx: Transaction,
  key: { accountId: string; name: string },
): Promise<Shown> {
  const shown: Shown[] = [];
  const id = await once(context, trx, 'key', async () => {
    const made = await createApiKey(trx, { kind: 'secret', ...key });
    shown.push(made);
    return made.id;
  });
  return shown[0] ?? replaceText(trx, id);
}

async function replaceText(trx: Transaction, id: string): Promise<Shown> {
  const { text, hash, hint } = makeKey('secret');
  const changed = await trx('api_keys').where({ id }).whereNull('revoked_at').update({ hash, hint });
  if (changed === 0) throw new Failure('conflict', 'The key that this request made was revoked. Make another.');
  return { id, text, hint };
}
