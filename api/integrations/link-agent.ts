import { findOwnAgent } from '../agents/find-agent.ts';
import type { Context } from '../platform/context.ts';
import { Failure } from '../platform/errors.ts';
import { once } from '../platform/once.ts';
import { recordAudit } from '../moderation/record-audit.ts';
import { findConnector } from './find-connectors.ts';

/** What an agent may use of a connector. */
export type Link = { connector: string; operations: string[] };

/** Lets one's own agent use named operations of one's own connector, in place of those it could before. */
export async function linkAgent(context: Context, input: Link & { accountId: string; agent: string }): Promise<Link> {
  const agent = await findOwnAgent(context.database, input.agent, input.accountId);
  return context.database.transaction(async (trx) => {
    const connector = await findConnector(trx, input.accountId, input.connector);
    const unknown = input.operations.find((name) => !connector.operations.some((one) => one.name === name));
    if (unknown !== undefined) {
      const names = connector.operations.map((one) => one.name).join(', ');
      throw new Failure('invalid_value', `${connector.name} has no operation ${unknown}. It has ${names}.`);
    }
    const operations = [...new Set(input.operations)].sort();
    await once(context, trx, 'connector.link', async () => {
      await trx('agent_integrations')
        .insert({ agent_upload_id: agent.id, connector_id: connector.id, operations })
        .onConflict(['agent_upload_id', 'connector_id'])
        .merge(['operations']);
      await recordAudit(trx, {
        accountId: input.accountId,
        action: 'connector.linked',
        subject: connector.id,
        details: { agent: agent.code, operations },
        asked: context.asked,
      });
    });
    return { connector: connector.name, operations };
  });
}

/** Takes a connector away from one's own agent, from running executions too. Throws `not_found`. */
export async function unlinkAgent(
  context: Context,
  input: { accountId: string; agent: string; connector: string },
): Promise<void> {
  const agent = await findOwnAgent(context.database, input.agent, input.accountId);
  await context.database.transaction(async (trx) => {
    const connector = await findConnector(trx, input.accountId, input.connector);
    const gone = await trx('agent_integrations')
      .where({ agent_upload_id: agent.id, connector_id: connector.id })
      .delete();
    if (gone === 0) throw new Failure('not_found', `${agent.code} does not use ${connector.name}.`);
    await recordAudit(trx, {
      accountId: input.accountId,
      action: 'connector.unlinked',
      subject: connector.id,
      details: { agent: agent.code },
      asked: context.asked,
    });
  });
}

/** What one's own agent may use. */
export async function findLinks(context: Context, input: { accountId: string; agent: string }): Promise<Link[]> {
  const agent = await findOwnAgent(context.database, input.agent, input.accountId);
  return context
    .database('agent_integrations as i')
    .join('integration_connectors as c', 'c.id', 'i.connector_id')
    .where('i.agent_upload_id', agent.id)
    .whereNull('c.revoked_at')
    .orderBy('c.name')
    .select('c.name as connector', 'i.operations');
}
