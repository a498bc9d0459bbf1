import type { LedgerLine } from '../ledger/find-bounty-lines.ts';
import type { Database } from '../platform/database.ts';
import type { Chargeback } from './find-chargebacks.ts';
import { findPayer, type Payer } from './find-payer.ts';

/** Everything that shows a bank what became of a payment into a wallet; amounts are minor units. */
export type WalletEvidence = {
  chargeback: Chargeback;
  topUp: {
    workspace: string;
    slug: string;
    amountMinor: bigint;
    currency: string;
    paidAt: Date;
    paymentIntentId: string | null;
    chargeId: string | null;
  };
  funder: Payer;
  /** Bounties that were paid from the wallet with money of this payment, in order. */
  spent: Spending[];
  /** Who did or was told what about the wallet and its bounties, from the payment to the chargeback. */
  seen: { at: Date; who: string; role: string | null; what: string }[];
  times: { at: Date; what: string }[];
  /** Every entry of every transfer that moved the wallet, in its currency. */
  ledger: LedgerLine[];
};

export type Spending = {
  at: Date;
  bountyCode: string;
  title: string;
  state: string;
  by: string | null;
  approvedBy: string | null;
  totalMinor: bigint;
  /** How much of it was this payment's (api/wallets/note-uses.ts). */
  ofThisMinor: bigint;
  releasedMinor: bigint;
  /** What of this payment's is in the wallet again. */
  returnedMinor: bigint;
  submissions: bigint;
  competitors: bigint;
  runs: bigint;
};

type TopUp = {
  id: string;
  workspace_id: string;
  account_id: string;
  currency: string;
  created_at: Date;
  paid_at: Date;
};

/** Gathers the evidence of a chargeback of a payment into a wallet. */
export async function findWalletEvidence(database: Database, chargeback: Chargeback): Promise<WalletEvidence> {
  const topUp = await database('top_ups as t')
    .join('chargebacks as c', 'c.top_up_id', 't.id')
    .join('workspaces as w', 'w.id', 't.workspace_id')
    .where('c.id', chargeback.id)
    .first('t.*', 'w.name', 'w.slug');
  return {
    chargeback,
    topUp: {
      workspace: topUp.name,
      slug: topUp.slug,
      amountMinor: topUp.amount_minor,
      currency: topUp.currency,
      paidAt: topUp.paid_at,
      paymentIntentId: topUp.payment_intent_id,
      chargeId: topUp.charge_id,
    },
    funder: await findPayer(database, topUp.account_id, topUp.workspace_id),
    spent: await findSpending(database, topUp),
    seen: await findSeen(database, topUp, chargeback),
    times: timesOf(topUp, chargeback),
    ledger: await findWalletLines(database, topUp),
  };
}

async function findSpending(database: Database, topUp: TopUp): Promise<Spending[]> {
  const { rows } = await database.raw<{ rows: Spending[] }>(
    `select k.paid_at as at, b.code as "bountyCode", b.title, b.state, payer.display_name as by, approver.display_name as "approvedBy",
       k.total_minor as "totalMinor", u.taken_minor as "ofThisMinor", u.returned_minor as "returnedMinor", h.released_minor as "releasedMinor",
       (select count(*) from submissions s where s.bounty_id = b.id) as submissions,
       (select count(distinct s.account_id) from submissions s where s.bounty_id = b.id) as competitors,
       (select count(*) from agent_executions x where x.bounty_id = b.id and x.finished_at is not null) as runs
     from wallet_uses u join checkouts k on k.id = u.checkout_id join bounties b on b.id = k.bounty_id
       join ledger.holds h on h.bounty_id = b.id join accounts payer on payer.id = k.account_id
       left join funding_requests q on q.id = k.request_id left join accounts approver on approver.id = q.decided_by
     where u.top_up_id = ? order by k.paid_at, k.id`,
    [topUp.id],
  );
  return rows;
}

/** The audit log of the workspace, as far as it is about its money. */
async function findSeen(database: Database, topUp: TopUp, chargeback: Chargeback): Promise<WalletEvidence['seen']> {
  const rows: { at: Date; who: string | null; role: string | null; action: string; bounty: string | null }[] =
    await database('security_audit_log as l')
      .leftJoin('accounts as a', 'a.id', 'l.account_id')
      .leftJoin('members as m', (on) => {
        on.on('m.account_id', 'l.account_id').on('m.workspace_id', 'l.workspace_id');
      })
      .leftJoin('bounties as b', 'b.id', 'l.subject')
      .where({ 'l.workspace_id': topUp.workspace_id })
      .whereBetween('l.at', [topUp.created_at, chargeback.openedAt])
      .orderBy('l.id')
      .select({ at: 'l.at', who: 'a.display_name', role: 'm.role', action: 'l.action', bounty: 'b.code' });
  return rows.map(({ at, who, role, action, bounty }) => ({
    at,
    who: who ?? 'Quarry, by a rule',
    role,
    what: `${action}${bounty === null ? '' : ` ${bounty}`}`,
  }));
}

function timesOf(topUp: TopUp, chargeback: Chargeback): WalletEvidence['times'] {
  const all: [Date | null, string][] = [
    [topUp.created_at, 'The payer was shown the exact amount and opened the checkout.'],
    [topUp.paid_at, 'The card was charged on Stripe’s page; all of it was in the wallet.'],
    [chargeback.openedAt, 'The chargeback came.'],
    [chargeback.closedAt, 'The bank decided.'],
  ];
  return all
    .flatMap(([at, what]) => (at === null ? [] : { at, what }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
}

async function findWalletLines(database: Database, topUp: TopUp): Promise<LedgerLine[]> {
  const { rows } = await database.raw<{
    rows: { at: Date; kind: string; account: string; amountMinor: bigint; currency: string }[];
  }>(
    `select t.posted_at as at, t.kind, a.kind as account, e.amount_minor as "amountMinor", e.currency
     from ledger.transfers t join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id
     where e.currency = :currency and t.id in (select x.transfer_id from ledger.accounts own join ledger.entries x on x.account_id = own.id
       where own.code in ('wallet:' || :workspaceId, 'wallet_refund_payable:' || :workspaceId) and own.currency = :currency)
     order by t.posted_at, e.id`,
    { currency: topUp.currency, workspaceId: topUp.workspace_id },
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString(), amountMinor: Number(row.amountMinor) }));
}
