import { expect } from 'vitest';
import type { JsonValue } from '../../tests/support/factories.ts';
import { moneyOfBounties } from '../ledger/bounty-money.ts';
import { findViolations, trialBalance } from '../ledger/find-balances.ts';
import { keepsBack } from './is-disputed.ts';
import { checkChargebacks } from './money-chargebacks-fixture.ts';
import { checkCovers, checkCoversAtRest } from './money-cover-fixture.ts';
import { decideAll } from './money-dispute-fixture.ts';
import { checkWallets } from './money-wallet-fixture.ts';
import { disputesOf, newsOf, note, type World } from './money-model-fixture.ts';
import { makeDue, sweep } from './money-steps-fixture.ts';
import { runPaymentTasks } from './run-payment-tasks.ts';
import { stripeClient } from './stripe-client.ts';

/** What must hold after every step, whatever has been heard or done of it yet. */
export async function checkMoney(world: World): Promise<void> {
  expect(await findViolations(world.p.t.database)).toEqual([]);
  await checkBooks(world);
  await checkOwed(world);
  await checkBookedOnce(world, false);
  checkPaidOnce(world);
  await checkCovers(world);
  await checkChargebacks(world);
  await checkWallets(world);
}

/**
 * What must hold once nothing is on its way: every movement at Stripe is booked, `cash` is Stripe's balance in every currency, and
 * nothing waits without a reason.
 */
export async function checkAtRest(world: World): Promise<void> {
  await comeToRest(world);
  await decideAll(world);
  await checkCoversAtRest(world);
  await checkMoney(world);
  await checkBookedOnce(world, true);
  await checkCash(world);
  await checkWaiting(world);
}

async function comeToRest(world: World): Promise<void> {
  const { p } = world;
  p.stripe.control.setFaults({ failNext: null, loseAnswers: null });
  for (let round = 0; ; round += 1) {
    // Twelve tries are more than any task needs before it looks its object up.
    if (round > 12) throw new Error(`Tasks do not end: ${JSON.stringify(await findUnfinished(world))}`);
    for (const event of newsOf(world)) {
      world.heard.add(event.id);
      await p.send(event);
    }
    await sweep(world);
    await makeDue(world);
    const taken = await runPaymentTasks(p.t.context);
    if (taken === 0 && newsOf(world).length === 0 && (await findUnfinished(world)).length === 0) return;
  }
}

function findUnfinished({ p }: World): Promise<JsonValue[]> {
  return p.t
    .database('payment_tasks')
    .whereIn('state', ['pending', 'leased'])
    .select('topic', 'subject', 'attempt', 'last_error');
}

const idsOf = ({ bounties }: World) => bounties.map(({ id }) => id);

/** Money in = released + refunded + fee + held + premium, and no part of it is negative. */
async function checkBooks(world: World): Promise<void> {
  const { rows } = await world.p.t.database.raw<{ rows: { bountyId: string; inMinor: bigint }[] }>(
    `select t.bounty_id as "bountyId", sum(e.amount_minor)::bigint as "inMinor" from ledger.transfers t join ledger.entries e on e.transfer_id = t.id
     join ledger.accounts a on a.id = e.account_id and a.kind in ('cash', 'wallet')
     where t.kind in ('fund', 'boost', 'fund_from_wallet') and t.bounty_id = any(?) group by 1`,
    [idsOf(world)],
  );
  const money = await moneyOfBounties(world.p.t.database, idsOf(world));
  expect(money.size).toBe(rows.length);
  for (const { bountyId, inMinor } of rows) {
    const parts = Object.values(money.get(bountyId) ?? {});
    expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(inMinor);
    expect(parts.every((part) => part >= 0n)).toBe(true);
  }
}

/** What the ledger owes to winners and funders is what the payouts and refunds that have not arrived add up to. */
async function checkOwed(world: World): Promise<void> {
  const { database } = world.p.t;
  const { rows } = await database.raw<{ rows: { code: string; ledger: bigint; rows: bigint }[] }>(
    `with owed as (
       select 'payable:' || account_id as code, sum(case when state = 'sent' then reversed_minor else amount_minor - withheld_minor end) as minor
         from payouts where account_id = any(:winners) group by 1
       union all select 'refund_payable:' || bounty_id, sum(case when state = 'sent' then 0 else amount_minor - withheld_minor end)
         from refunds where bounty_id = any(:bounties) group by 1),
     booked as (select a.code, b.balance_minor as minor from ledger.accounts a join ledger.balances b on b.account_id = a.id
       where a.code = any(:codes))
     select coalesce(o.code, b.code) as code, coalesce(b.minor, 0)::bigint as ledger, coalesce(o.minor, 0)::bigint as rows
     from owed o full join booked b on b.code = o.code where coalesce(b.minor, 0) <> coalesce(o.minor, 0) or b.minor < 0`,
    {
      winners: payeesOf(world),
      bounties: idsOf(world),
      codes: [...payeesOf(world).map((id) => `payable:${id}`), ...idsOf(world).map((id) => `refund_payable:${id}`)],
    },
  );
  expect(rows).toEqual([]);
}

/** Winners, and who was insured. */
const payeesOf = ({ winners, bounties }: World) =>
  [...winners, ...bounties.map(({ poster }) => poster)].map(({ id }) => id);

type Movement = { ref: string; minor: number };

/**
 * Cash, source by source: the ledger has booked nothing that Stripe did not do, nothing twice, and each source's movements in their
 * order; `all` of them when it says so.
 */
async function checkBookedOnce(world: World, all: boolean): Promise<void> {
  const done = Map.groupBy(movementsOf(world), ({ ref }) => ref);
  const { rows } = await world.p.t.database.raw<{ rows: { ref: string; minor: bigint }[] }>(
    `select t.external_ref as ref, sum(e.amount_minor)::bigint as minor from ledger.transfers t join ledger.entries e on e.transfer_id = t.id
     join ledger.accounts a on a.id = e.account_id and a.kind = 'cash' where t.bounty_id = any(?) or t.external_ref = any(?) group by 1`,
    [idsOf(world), [...done.keys()]],
  );
  const booked = new Map(rows.map(({ ref, minor }) => [ref, Number(minor)]));
  for (const { ref, minor } of rows) {
    let sum = 0;
    const sums = (done.get(ref) ?? []).map((movement) => (sum += movement.minor));
    expect(sums, `booked for ${ref}`).toContain(Number(minor));
  }
  if (!all) return;
  for (const [ref, movements] of done)
    expect(booked.get(ref) ?? 0, `cash of ${ref}`).toBe(movements.reduce((sum, { minor }) => sum + minor, 0));
}

/** What moved Stripe's balance because of this run's bounties, by the reference the ledger keeps. */
function movementsOf(world: World): Movement[] {
  const { p } = world;
  const groups = new Set(idsOf(world).map((id) => `bounty:${id}`));
  const charges = p.objects('charges').filter(({ transfer_group: group }) => groups.has(group));
  const sources = new Map<string, (txn: JsonValue) => Movement[]>();
  for (const { id, payment_intent: intent } of charges)
    sources.set(id, (txn) => [
      { ref: intent, minor: txn.amount },
      ...(txn.fee === 0 ? [] : [{ ref: txn.id, minor: -txn.fee }]),
    ]);
  for (const bounty of world.bounties) {
    for (const { id } of p.refundsOf(bounty.id)) sources.set(id, (txn) => [{ ref: id, minor: txn.net }]);
    for (const { id } of disputesOf(world, bounty)) sources.set(id, (txn) => [{ ref: txn.id, minor: txn.net }]);
    for (const { id, reversals } of p.transfersOf(bounty.id)) {
      for (const source of [id, ...reversals.data.map((reversal: JsonValue) => reversal.id)])
        sources.set(source, (txn) => [{ ref: id, minor: txn.net }]);
    }
  }
  return p
    .objects('balanceEntries')
    .filter(({ owner }) => owner === 'platform')
    .flatMap(({ transaction }) => sources.get(transaction.source)?.(transaction) ?? []);
}

/** At Stripe itself: one transfer a payout and one refund a refund, and no winner or funder has more than was theirs. */
function checkPaidOnce(world: World): void {
  for (const bounty of world.bounties) {
    const transfers = world.p.transfersOf(bounty.id).filter(({ reversed }) => !reversed);
    const payouts = transfers.map(({ metadata }) => metadata.payout_id);
    expect(new Set(payouts).size, 'a payout has two transfers').toBe(payouts.length);
    const refunds = world.p.refundsOf(bounty.id).filter(({ status }) => status === 'succeeded');
    const ours = refunds.map(({ metadata }) => metadata.refund_id);
    expect(new Set(ours).size, 'a refund was made twice').toBe(ours.length);
  }
}

async function checkCash({ p }: World): Promise<void> {
  const balance = await stripeClient(p.t.context.config).balance.retrieve();
  const totals = await trialBalance(p.t.database);
  for (const { account, currency, totalMinor } of totals) {
    if (account !== 'cash') continue;
    const atStripe = [...balance.available, ...balance.pending]
      .filter((part) => part.currency.toUpperCase() === currency)
      .reduce((sum, { amount }) => sum + BigInt(amount), 0n);
    expect(totalMinor, `cash in ${currency}`).toBe(atStripe);
  }
}

/** A payout waits only for its payee or a bank, and nothing is still due. */
async function checkWaiting(world: World): Promise<void> {
  const { database } = world.p.t;
  const payouts = await database('payouts as p')
    .leftJoin('payees as e', 'e.account_id', 'p.account_id')
    .whereIn('p.bounty_id', idsOf(world))
    .select('p.state', 'p.reversed_minor', 'e.state as payee')
    .select(
      database.raw(
        `exists (select from chargebacks d where d.checkout_id = p.checkout_id and ${keepsBack}) as disputed`,
      ),
    );
  for (const { state, payee, disputed, reversed_minor: reversed } of payouts) {
    note(world, `payout ${state}`);
    if (state === 'waiting') expect(payee !== 'active' || disputed, 'a payout waits for nothing').toBe(true);
    else if (state === 'failed') expect(payee !== 'active' || reversed > 0n || disputed).toBe(true);
    else expect(state).toBeOneOf(['sent', 'withheld']);
  }
  const refunds = await database('refunds').whereIn('bounty_id', idsOf(world)).select('state');
  for (const { state } of refunds) {
    note(world, `refund ${state}`);
    expect(state).toBeOneOf(['sent', 'failed', 'withheld']);
  }
}
