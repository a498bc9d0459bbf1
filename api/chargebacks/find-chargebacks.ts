import { keepsBack, payoutWaits, refundWaits } from '../payments/is-disputed.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';

export type Action = 'pay' | 'withhold';

/** A chargeback as an admin sees it; amounts are minor units. */
export type Chargeback = {
  id: string;
  /** Null where a wallet was paid into: then `workspace` says whose. */
  bountyId: string | null;
  bountyCode: string | null;
  workspace: string;
  /** What the payment was for. */
  purpose: 'reward' | 'boost' | 'tip' | 'top_up';
  amountMinor: bigint;
  currency: string;
  reason: string | null;
  state: 'open' | 'won' | 'lost';
  openedAt: Date;
  closedAt: Date | null;
  evidenceDueAt: Date | null;
  /** What of it is taken from money that was still held. */
  clawedBackMinor: bigint;
  /** What of it payouts and refunds cover that had not left. */
  withheldMinor: bigint;
  /** Payouts and refunds that came by its payment and wait, or what is missing in a wallet. */
  waitingMinor: bigint;
  /** It was lost, something waits, and a person decides about that. */
  isUndecided: boolean;
  decision: Action | null;
  decisionReason: string | null;
  decidedAt: Date | null;
};

const newest = 100;

const columns = `c.id, c.bounty_id as "bountyId", b.code as "bountyCode", w.name as workspace, coalesce(k.purpose, 'top_up') as purpose,
  c.amount_minor as "amountMinor", c.currency, c.reason, c.state, c.created_at as "openedAt", c.closed_at as "closedAt",
  c.evidence_due_at as "evidenceDueAt", c.clawed_back_minor as "clawedBackMinor", c.withheld_minor as "withheldMinor",
  waits.minor as "waitingMinor", c.state = 'lost' and waits.minor > 0 as "isUndecided", c.decision,
  c.decision_reason as "decisionReason", c.decided_at as "decidedAt"`;

const tables = `
  from chargebacks c left join checkouts k on k.id = c.checkout_id left join bounties b on b.id = c.bounty_id
    left join top_ups t on t.id = c.top_up_id join workspaces w on w.id = coalesce(b.workspace_id, t.workspace_id)
    cross join lateral (select coalesce(case
      when not exists (select from chargebacks d where d.id = c.id and ${keepsBack}) then 0
      when c.top_up_id is not null then case when c.state = 'lost' then c.amount_minor - c.clawed_back_minor else 0 end
      else (select coalesce(sum(p.amount_minor - p.withheld_minor), 0) from payouts p where p.checkout_id = c.checkout_id and ${payoutWaits})
        + (select coalesce(sum(r.amount_minor - r.withheld_minor), 0) from refunds r where r.checkout_id = c.checkout_id and ${refundWaits})
      end, 0)::bigint as minor) waits`;

/** The newest chargebacks: first those that the bank has not decided, then those that wait for a person. */
export async function findChargebacks({ database }: Context): Promise<Chargeback[]> {
  const { rows } = await database.raw<{ rows: Chargeback[] }>(
    `select ${columns} ${tables} order by c.state = 'open' desc, c.state = 'lost' and waits.minor > 0 desc, c.created_at desc, c.id limit ${newest}`,
  );
  return rows;
}

/** One chargeback. Throws `not_found`. */
export async function findChargeback(database: Database, id: string): Promise<Chargeback> {
  const { rows } = await database.raw<{ rows: Chargeback[] }>(`select ${columns} ${tables} where c.id = ?`, [id]);
  if (rows[0] === undefined) throw new Failure('not_found', 'There is no chargeback under that id.');
  return rows[0];
}
