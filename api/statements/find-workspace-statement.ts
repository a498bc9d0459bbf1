import { recordAudit } from '../moderation/record-audit.ts';
import type { Context } from '../platform/context.ts';
import type { Database, Transaction } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { findRole } from '../workspaces/find-role.ts';
import { addUp, type Total } from './add-up.ts';
import { findPlanLines, type PlanLine } from './find-plan-lines.ts';
import { closePeriod, readPeriod, type Period } from './period.ts';
import { mayReadStatement } from './policy.ts';

/**
 * A movement of a workspace's money at Quarry, reward and fee apart; the amount is their sum and the balance what is there after it: held,
 * charged as fee and not earned, or owed back.
 */
export type WorkspaceLine = {
  at: Date;
  kind: string;
  /** Null for a movement of the wallet alone. */
  bountyCode: string | null;
  bountyTitle: string | null;
  currency: string;
  rewardMinor: bigint;
  feeMinor: bigint;
  /** Paid for insurance, or given back of it; it is not in the balance. */
  premiumMinor: bigint;
  amountMinor: bigint;
  balanceMinor: bigint;
};

export type WorkspaceStatement = Period & {
  workspace: { slug: string; name: string };
  lines: WorkspaceLine[];
  totals: Total[];
  plan: PlanLine[];
};

const linesMax = 20_000;

/** Every entry of the accounts that hold a workspace's money; each grows by credits, which are negative. */
const entries = `
  from (
    select kept.kind || ':' || own.id as code from bounties own cross join unnest(array['held', 'fee_held', 'refund_payable']) as kept(kind)
      where own.workspace_id = :workspaceId
    union all select unnest(array['wallet:' || :workspaceId, 'wallet_refund_payable:' || :workspaceId])
  ) kept join ledger.accounts a on a.code = kept.code join ledger.entries e on e.account_id = a.id
  join ledger.transfers t on t.id = e.transfer_id left join bounties b on b.id = t.bounty_id where true`;

/**
 * What a workspace paid in and what became of it, in order, with opening and closing balance by currency. Throws `not_found` to who is no
 * member (a workspace that is not there looks the same), `forbidden` to other members, and `invalid_value` for a period that is not one.
 */
export async function findWorkspaceStatement(
  context: Context,
  request: { slug: string; accountId: string; from?: string | undefined; to?: string | undefined },
): Promise<WorkspaceStatement> {
  const { database } = context;
  const workspace = await findReadable(database, request.slug, request.accountId);
  const period = readPeriod(context, request);
  await database.transaction((trx) =>
    recordAudit(trx, {
      accountId: request.accountId,
      action: 'statement.read',
      subject: workspace.id,
      workspaceId: workspace.id,
      details: { from: period.from.toISOString(), until: period.until.toISOString(), why: 'An owner or admin asked.' },
      asked: context.asked,
    }),
  );
  await closePeriod(context);
  const counted = await database.transaction(
    async (trx) => ({
      ...(await count(trx, workspace.id, period)),
      plan: await findPlanLines(trx, workspace.id, period),
    }),
    {
      isolationLevel: 'repeatable read',
      readOnly: true,
    },
  );
  return { ...period, workspace: { slug: workspace.slug, name: workspace.name }, ...counted };
}

async function count(trx: Transaction, workspaceId: string, { from, until }: Period) {
  const { rows } = await trx.raw<{ rows: Omit<WorkspaceLine, 'balanceMinor'>[] }>(
    `select t.posted_at as at, t.kind, b.code as "bountyCode", b.title as "bountyTitle", e.currency, sum(-e.amount_minor)::bigint as "amountMinor",
       coalesce(sum(-e.amount_minor) filter (where a.kind <> 'fee_held'), 0)::bigint as "rewardMinor",
       coalesce(sum(-e.amount_minor) filter (where a.kind = 'fee_held'), 0)::bigint as "feeMinor",
       coalesce((select sum(-i.amount_minor) from ledger.entries i join ledger.accounts p on p.id = i.account_id
         where i.transfer_id = t.id and p.kind = 'insurance_pool' and t.kind <> 'cover_paid'), 0)::bigint as "premiumMinor"
     ${entries} and t.posted_at >= :from and t.posted_at < :until
     group by t.id, b.id, e.currency having sum(-e.amount_minor) <> 0 order by t.posted_at, t.id limit ${linesMax + 1}`,
    { workspaceId, from, until },
  );
  if (rows.length > linesMax)
    throw new Failure('invalid_value', `That period has more than ${linesMax} movements. Ask for a shorter one.`);
  return addUp(rows, await balances(trx, workspaceId, from), await balances(trx, workspaceId, until));
}

async function findReadable(
  database: Database,
  slug: string,
  accountId: string,
): Promise<{ id: string; slug: string; name: string }> {
  const workspace = await database('workspaces').where({ slug }).first('id', 'slug', 'name');
  const role = workspace === undefined ? null : await findRole(database, workspace.id, accountId);
  if (role === null) throw new Failure('not_found', 'You are in no workspace of that name. Check it and try again.');
  if (!mayReadStatement(role))
    throw new Failure('forbidden', `Only owners and admins of ${workspace.name} read its statement. Ask one of them.`);
  return workspace;
}

async function balances(
  database: Database,
  workspaceId: string,
  until: Date,
): Promise<{ currency: string; minor: bigint }[]> {
  const { rows } = await database.raw<{ rows: { currency: string; minor: bigint }[] }>(
    `select e.currency, sum(-e.amount_minor)::bigint as minor ${entries} and t.posted_at < :until group by 1 order by 1`,
    { workspaceId, until },
  );
  return rows;
}
