import type { Database } from '../platform/database.ts';

/** Who paid: since when they are here, how they sign in, and what they are in the workspace that it was for. */
export type Payer = {
  accountId: string;
  name: string;
  since: Date;
  role: string | null;
  identities: { provider: string; name: string | null; since: Date }[];
};

/** What a bank is shown of who paid. */
export async function findPayer(database: Database, accountId: string, workspaceId: string): Promise<Payer> {
  const account = await database('accounts').where({ id: accountId }).first('display_name', 'created_at');
  const member = await database('members').where({ account_id: accountId, workspace_id: workspaceId }).first('role');
  const identities = await database('identities')
    .where({ account_id: accountId })
    .orderBy('created_at')
    .select({ provider: 'provider', name: 'display_name', since: 'created_at' });
  return { accountId, name: account.display_name, since: account.created_at, role: member?.role ?? null, identities };
}
