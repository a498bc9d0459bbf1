import { expect } from 'vitest';
import type { JsonValue } from '../../tests/support/factories.ts';
import { chargesOf, disputesOf, note, type Step, type World } from './money-model-fixture.ts';

/** What banks do to payments, and what an admin decides about it; see money-steps-fixture.ts. */
export const chargebackSteps = {
  /** Of a payment, of half of what is left of it, or only an inquiry; several of one payment come after each other. */
  async openDispute(world, bounty, n) {
    const disputed = Map.groupBy(disputesOf(world, bounty), ({ charge }) => charge);
    const leftOf = ({ id, amount, amount_refunded: refunded }: JsonValue): number => {
      const taken = (disputed.get(id) ?? []).reduce((sum, one) => sum + one.amount, 0);
      return Math.min(amount - taken, amount - refunded);
    };
    const charges = chargesOf(world, bounty).filter((charge) => leftOf(charge) > 0);
    if (charges.length === 0) return;
    const charge = charges[n % charges.length];
    const left = leftOf(charge);
    const amount = n % 3 === 0 && left > 1 ? Math.floor(left / 2) : left;
    world.p.stripe.control.openDispute(charge.id, { amount, inquiry: n === 11 || n === 8 });
    note(world, 'chargeback');
  },
  /** An inquiry is closed, or becomes a chargeback. */
  async closeDispute(world, bounty, n) {
    const { control } = world.p.stripe;
    const open = disputesOf(world, bounty).filter(({ status }) => status.endsWith('needs_response'));
    if (open.length === 0) return;
    const { id, status } = open[n % open.length];
    const outcome = n % 3 === 0 ? 'lost' : 'won';
    if (outcome === 'lost' && status === 'warning_needs_response') control.escalateInquiry(id);
    else control.closeDispute(id, outcome);
    note(world, `chargeback ${outcome}`);
  },
  /** An admin decides, twice at once. */
  async decideChargeback(world, bounty, n) {
    const lost = await world.p.t.database('chargebacks').where({ bounty_id: bounty.id, state: 'lost', decision: null });
    const { id } = lost[n % Math.max(lost.length, 1)] ?? {};
    if (id === undefined) return;
    const body = { action: n % 2 === 0 ? 'pay' : 'withhold', reason: 'So it was decided.' };
    const decide = () => world.p.post(`/api/admin/chargebacks/${id}/decide`, world.admin.key, body);
    const answers = await Promise.all([decide(), decide()]);
    for (const { status } of answers) expect(status).toBeOneOf([200, 409, 502]);
    const decided = answers.filter(({ status }) => status === 200).length;
    expect(decided).toBeLessThanOrEqual(1);
    if (decided === 1) note(world, 'chargeback decided');
  },
} satisfies Record<string, Step>;

/**
 * After every step: the reward of a bounty that goes on is what is held for it; it is frozen just while the payment that funded it is
 * disputed; a boost is out of it as far as it is disputed; and what covers losses is what the rows of chargebacks say.
 */
export async function checkChargebacks(world: World): Promise<void> {
  for (const { id } of world.bounties) {
    await checkReward(world, id);
    await checkBoosts(world, id);
    await checkCovered(world, id);
  }
}

async function checkReward({ p }: World, id: string): Promise<void> {
  const { rows } = await p.t.database.raw(
    `select b.state, b.reward_minor, h.funded_minor - h.released_minor - h.refunded_minor as held, h.frozen_reason is not null as frozen,
       exists (select from chargebacks c join checkouts k on k.id = c.checkout_id join ledger.parts x on x.payment_id = k.id
         where c.bounty_id = b.id and c.state = 'open' and k.purpose = 'reward' and x.funded_minor > x.released_minor + x.refunded_minor) as disputed
     from bounties b join ledger.holds h on h.bounty_id = b.id where b.id = ?`,
    [id],
  );
  for (const { state, reward_minor: reward, held, frozen, disputed } of rows) {
    if (state === 'open' || state === 'reviewing') expect(held, 'the reward is held').toBe(reward);
    if (held > 0n) expect(frozen, 'frozen by its own payment alone').toBe(disputed);
  }
}

async function checkBoosts(world: World, id: string): Promise<void> {
  const { rows } = await world.p.t.database.raw(
    `select c.state, c.clawed_back_minor as taken, k.total_minor as total, x.released_minor as released,
       x.funded_minor + x.fee_funded_minor - x.refunded_minor - x.fee_refunded_minor as kept,
       (select sum(d.clawed_back_minor) from chargebacks d where d.checkout_id = k.id and d.state <> 'won')::bigint as all_taken,
       (select sum(d.amount_minor) from chargebacks d where d.checkout_id = k.id and d.state <> 'won')::bigint as all_disputed,
       b.state in ('open', 'reviewing') as goes_on
     from chargebacks c join checkouts k on k.id = c.checkout_id and k.purpose = 'boost' join ledger.parts x on x.payment_id = k.id
       join bounties b on b.id = c.bounty_id where c.bounty_id = ?`,
    [id],
  );
  for (const row of rows) {
    if (row.state === 'won') expect(row.taken, 'a boost that was won is taken').toBe(0n);
    if (row.state === 'won' && row.goes_on) note(world, 'boost back');
    if (row.state === 'open' && row.goes_on) note(world, 'boost charged back');
    if (row.goes_on && row.state !== 'won') expect(row.all_taken, 'a boost has left').toBe(row.all_disputed);
    if (row.goes_on && row.state !== 'won') expect(row.kept).toBe(row.total - row.all_taken);
  }
}

async function checkCovered({ p }: World, id: string): Promise<void> {
  const { rows } = await p.t.database.raw(
    `select coalesce(sum(-e.amount_minor) filter (where t.kind in ('claw_back', 'claw_back_returned', 'claw_back_owed')), 0)::bigint as taken,
       coalesce(sum(-e.amount_minor) filter (where t.kind in ('payout_withheld', 'refund_withheld')), 0)::bigint as withheld,
       (select coalesce(sum(clawed_back_minor), 0) from chargebacks where bounty_id = :id)::bigint as taken_rows,
       (select coalesce(sum(withheld_minor), 0) from chargebacks where bounty_id = :id)::bigint as withheld_rows,
       ((select coalesce(sum(withheld_minor), 0) from payouts where bounty_id = :id)
         + (select coalesce(sum(withheld_minor), 0) from refunds where bounty_id = :id))::bigint as withheld_of
     from ledger.transfers t join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id and a.kind = 'disputes'
     where t.bounty_id = :id`,
    { id },
  );
  const [sums] = rows;
  expect(sums.taken, 'taken from what was held').toBe(sums.taken_rows);
  expect(sums.withheld, 'withheld').toBe(sums.withheld_rows);
  expect(sums.withheld_of).toBe(sums.withheld_rows);
}
