import type { Database } from '../platform/database.ts';
import type { Family } from './describe-movement.ts';

/** One movement as Stripe has it; `minor` is what it did to our balance. */
export type StripeLine = {
  id: string;
  type: string;
  about: string | null;
  bountyId: string | null;
  minor: number;
  currency: string;
  at: string;
};

/** One transfer of the ledger as far as it touched `cash`. */
export type LedgerLine = {
  id: string;
  key: string;
  kind: string;
  bountyId: string | null;
  minor: number;
  currency: string;
  at: string;
};

/** Movements and transfers of one name that are not exactly one on each side, or not the same. `family` is a ledger kind where Stripe has none. */
export type Mismatch = { family: Family | (string & {}); ref: string; stripe: StripeLine[]; ledger: LedgerLine[] };

export type CashAtCutOff = { currency: string; stripeMinor: bigint; ledgerMinor: bigint };

/**
 * Both sides of everything, line beside line. A group counts from the moment Stripe moved the money (`at`), or was said to: a transfer
 * that was posted after the cut-off for a movement before it is in, and the reverse is out.
 * Families of the ledger's kinds: whoever adds a kind that touches `cash` adds it here.
 */
const bothSides = `
  with stripe as (
    select family, ref, id, type, about, bounty_id, currency, created_at as at,
      case when family = 'chargeback' then amount_minor - fee_minor else amount_minor end as minor from stripe_movements
    union all
    select 'fee', id, id, type, about, bounty_id, currency, created_at, -fee_minor from stripe_movements
      where family <> 'chargeback' and fee_minor <> 0
  ), ledger as (
    select case t.kind when 'fund' then 'payment' when 'boost' then 'payment' when 'tip' then 'payment'
        when 'second_payment' then 'payment' when 'late_boost' then 'payment' when 'top_up' then 'payment' when 'stripe_fee' then 'fee'
        when 'subscription' then 'payment' when 'subscription_refund' then 'refund' when 'subscription_refund_failed' then 'refund_failed'
        when 'refund_paid' then 'refund' when 'chargeback_won' then 'chargeback' else t.kind end as family,
      coalesce(t.external_ref, t.key) as ref, t.id, t.key, t.kind, t.bounty_id, e.currency, sum(e.amount_minor)::bigint as minor, t.posted_at as at
    from ledger.accounts a join ledger.entries e on e.account_id = a.id join ledger.transfers t on t.id = e.transfer_id
    where a.kind = 'cash' group by t.id, e.currency
  ), s as (
    select family, ref, count(*) as lines, sum(minor) as minor, min(currency) as lowest, max(currency) as highest, min(at) as at,
      max(at) as last, min(bounty_id::text) as bounty from stripe group by family, ref
  ), l as (
    select family, ref, count(*) as lines, sum(minor) as minor, min(currency) as lowest, max(currency) as highest, min(at) as at,
      max(at) as last, min(bounty_id::text) as bounty from ledger group by family, ref
  ), pairs as (
    select family, ref, coalesce(s.at, l.at) as at, s.lines as s_lines, l.lines as l_lines, s.minor as s_minor, l.minor as l_minor,
      s.lowest as s_lowest, s.highest as s_highest, l.lowest as l_lowest, l.highest as l_highest, s.bounty as s_bounty, l.bounty as l_bounty,
      s.last as s_last, l.last as l_last
    from s full join l using (family, ref)
  )`;

/** How much later than Stripe's movement the ledger may have booked it. */
const lateHours = 24;
/** More than a person reads; the rest is found when these are mended. */
const mismatchesMax = 5_000;

/**
 * Every group before the cut-off that does not agree, at most the first 5,000. What was booked late is told once: when it was booked after `since`. One read of
 * everything, in Postgres. A reversal may come in parts that were booked together, so their number may differ.
 */
export async function findMismatches(
  database: Database,
  { cutOff, since }: { cutOff: Date; since: Date | null },
): Promise<Mismatch[]> {
  const { rows } = await database.raw<{ rows: Mismatch[] }>(
    `${bothSides}, bad as (
       select family, ref, at from pairs p
       where p.at < ? and (p.s_lines is null or p.l_lines is null or p.s_minor <> p.l_minor
         or (p.s_lines <> p.l_lines and p.family <> 'payout_reversed')
         or p.s_lowest <> p.l_lowest or p.s_highest <> p.l_highest or p.s_bounty <> p.l_bounty
         or (p.l_last > p.s_last + ? * interval '1 hour' and p.l_last >= ?))
       order by at, family, ref limit ${mismatchesMax}
     ), bad_s as (
       select family, ref, jsonb_agg(jsonb_build_object('id', id, 'type', type, 'about', about, 'bountyId', bounty_id, 'minor', minor,
         'currency', currency, 'at', x.at) order by x.at, id) as lines from stripe x join bad using (family, ref) group by family, ref
     ), bad_l as (
       select family, ref, jsonb_agg(jsonb_build_object('id', id, 'key', key, 'kind', kind, 'bountyId', bounty_id, 'minor', minor,
         'currency', currency, 'at', x.at) order by x.at, id) as lines from ledger x join bad using (family, ref) group by family, ref
     )
     select family, ref, coalesce(bad_s.lines, '[]') as stripe, coalesce(bad_l.lines, '[]') as ledger
     from bad left join bad_s using (family, ref) left join bad_l using (family, ref) order by bad.at, family, ref`,
    [cutOff, lateHours, since ?? '-infinity'],
  );
  return rows;
}

/** `cash` at the cut-off by currency, and what Stripe's movements before it add up to. */
export async function findCash(database: Database, cutOff: Date): Promise<CashAtCutOff[]> {
  const { rows } = await database.raw<{ rows: CashAtCutOff[] }>(
    `${bothSides}
     select currency, coalesce(sum(of_stripe), 0)::bigint as "stripeMinor", coalesce(sum(of_ledger), 0)::bigint as "ledgerMinor" from (
       select s.currency, s.minor as of_stripe, 0 as of_ledger from stripe s where s.at < ?
       union all select l.currency, 0, l.minor from ledger l join pairs p using (family, ref) where p.at < ?
     ) lines group by currency order by currency`,
    [cutOff, cutOff],
  );
  return rows;
}

/** How much was compared. */
export async function countCompared(
  database: Database,
  cutOff: Date,
): Promise<{ movements: bigint; transfers: bigint }> {
  const { rows } = await database.raw<{ rows: { movements: bigint; transfers: bigint }[] }>(
    `select (select count(*) from stripe_movements where created_at < ?) as movements,
       (select count(distinct e.transfer_id) from ledger.entries e join ledger.accounts a on a.id = e.account_id
         join ledger.transfers t on t.id = e.transfer_id where a.kind = 'cash' and t.posted_at < ?) as transfers`,
    [cutOff, cutOff],
  );
  if (rows[0] === undefined) throw new Error('The counts gave no row');
  return rows[0];
}

/** Other movements of Stripe's that were asked for by the same of our rows, without those that were taken back: one of them is too many. */
export async function findTwins(database: Database, family: string, about: string, id: string): Promise<string[]> {
  const { rows } = await database.raw<{ rows: { id: string }[] }>(
    `select id from stripe_movements m where family = ? and about = ? and id <> ?
       and not exists (select from stripe_movements r where r.ref = m.ref and r.family in ('payout_reversed', 'refund_failed'))
     order by created_at, id`,
    [family, about, id],
  );
  return rows.map((row) => row.id);
}
