import { randomUUID } from 'node:crypto';
import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { refuseWithoutIntegrations } from '../plans/keep-plan-limits.ts';
import { seal } from '../platform/seal.ts';
import { Connector, sealPurpose, type Operation } from './connector.ts';
import { findConnector } from './find-connectors.ts';
import { integrationLimits } from './limits.ts';

export type NewConnector = {
  accountId: string;
  name: string;
  baseUrl: string;
  auth: Connector['auth'];
  header?: string | undefined;
  secret: string;
  operations: Operation[];
};

/** Keeps a service with its secret, sealed. Throws `conflict` for a name that is in use, and `plan_limit` without the add-on. */
export async function addConnector(context: Context, input: NewConnector): Promise<Connector> {
  return context.database.transaction(async (trx) => {
    const id = await once(context, trx, 'connector.add', () => insertConnector(context, trx, input));
    return Connector.query(trx).findById(id).throwIfNotFound();
  });
}

async function insertConnector(context: Context, trx: Transaction, input: NewConnector): Promise<string> {
  const id = randomUUID();
  await refuseWithoutIntegrations(context, trx, input.accountId);
  await trx.raw('select id from accounts where id = ? for no key update', [input.accountId]);
  const mine = await Connector.query(trx)
    .where({ owner_account_id: input.accountId })
    .whereNull('revoked_at')
    .select('name');
  if (mine.some((one) => one.name === input.name)) {
    throw new Failure(
      'conflict',
      `You have a connector named ${input.name} already. Choose another name, or revoke that one.`,
    );
  }
  if (mine.length >= integrationLimits.connectorsMax) {
    throw new Failure(
      'conflict',
      `You may have ${integrationLimits.connectorsMax} connectors. Revoke one you no longer use.`,
    );
  }
  await Connector.query(trx).insert({
    id,
    ownerAccountId: input.accountId,
    name: input.name,
    baseUrl: input.baseUrl.replace(/\/$/, ''),
    auth: input.auth,
    authHeader: input.header ?? null,
    operations: input.operations,
    secretSealed: seal(context.config.secret, sealPurpose(id), input.secret),
    secretHint: hintOf(input.secret),
  });
  await recordAudit(trx, {
    accountId: input.accountId,
    action: 'connector.added',
    subject: id,
    details: { name: input.name },
    asked: context.asked,
  });
  return id;
}

/** Replaces a connector's secret; runs that go on use the new one with their next call. */
export async function rotateSecret(
  context: Context,
  input: { accountId: string; name: string; secret: string },
): Promise<Connector> {
  return context.database.transaction(async (trx) => {
    const { id } = await findConnector(trx, input.accountId, input.name);
    await once(context, trx, 'connector.rotate', async () => {
      await recordAudit(trx, {
        accountId: input.accountId,
        action: 'connector.rotated',
        subject: id,
        details: { name: input.name },
        asked: context.asked,
      });
      await Connector.query(trx)
        .findById(id)
        .patch({
          secretSealed: seal(context.config.secret, sealPurpose(id), input.secret),
          secretHint: hintOf(input.secret),
          rotatedAt: new Date(context.clock.nowMs()),
        });
    });
    return Connector.query(trx).findById(id).throwIfNotFound();
  });
}

/** Ends a connector: its secret is destroyed, its links end, and running executions cannot use it any more. */
export async function revokeConnector(
  context: Context,
  input: { accountId: string; name: string },
): Promise<Connector> {
  return context.database.transaction(async (trx) => {
    const { id } = await findConnector(trx, input.accountId, input.name);
    await trx('integration_tokens').where({ connector_id: id }).delete();
    await trx('agent_integrations').where({ connector_id: id }).delete();
    await recordAudit(trx, {
      accountId: input.accountId,
      action: 'connector.revoked',
      subject: id,
      details: { name: input.name },
      asked: context.asked,
    });
    return Connector.query(trx).patchAndFetchById(id, {
      revokedAt: new Date(context.clock.nowMs()),
      secretSealed: '',
      secretHint: '',
    });
  });
}

/** Enough to tell two secrets apart, and of a short one nothing. */
function hintOf(secret: string): string {
  return secret.length >= 16 ? `…${secret.slice(-4)}` : '…';
}
