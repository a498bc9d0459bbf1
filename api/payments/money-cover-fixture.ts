import { expect } from 'vitest';
import { reverseShares } from '../affiliates/reverse-shares.ts';
import { closeBounties } from '../bounties/close-bounties.ts';
import { settleCovers } from '../insurance/settle-covers.ts';
import { findSolvency } from '../insurance/solvency.ts';
import { findPoolMoney } from '../ledger/insurance-pool.ts';
import { currencies, note, sessionsOf, type Step, type World } from './money-model-fixture.ts';

/** The setting that lets the model's pools sell; less than what its bounties could ask for, so that some are refused. */
export const modelCapital = currencies.map((currency) => `${currency}:20000`).join(',');

/** What can happen to insured bounties and to affiliates; see money-steps-fixture.ts. */
export const coverSteps = {
  /** Asks for the page with insurance, which ends one without, and pays on it. */
  async payInsured(world, bounty) {
    const { status } = await world.p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key, { insured: true });
    expect([200, 409, 502]).toContain(status);
    const open = sessionsOf(world, bounty).find((session) => session.status === 'open');
    if (status !== 200 || open === undefined) return;
    await world.p.visit(open.url, { outcome: 'paid' });
    note(world, 'paid insured');
  },
  /** Nothing passes, and the deadline goes by. */
  async runOut(world, bounty) {
    const { database, context } = world.p.t;
    await database('submissions').where({ bounty_id: bounty.id }).update({ passed: false });
    await database('bounties')
      .where({ id: bounty.id, state: 'open' })
      .update({ deadline: database.raw(`clock_timestamp() - interval '1 second'`) });
    await closeBounties(context);
  },
  /** Workers decide covers and take shares back, two at once. */
  async decideCovers(world) {
    const { context } = world.p.t;
    await Promise.all([settleCovers(context), settleCovers(context), reverseShares(context), reverseShares(context)]);
    expect(await context.database('affiliate_problems'), 'shares that could not be taken back').toEqual([]);
  },
} satisfies Record<string, Step>;

/** After every step: each pool can pay all that stands and is what its entries say, no cover is paid twice, no share is over a tenth. */
export async function checkCovers(world: World): Promise<void> {
  const { database, context } = world.p.t;
  for (const currency of currencies) {
    const { balanceMinor, capitalMinor, comingMinor, standingMinor } = await findSolvency(context, database, currency);
    expect(standingMinor, `covers in ${currency}`).toBeLessThanOrEqual(balanceMinor + capitalMinor + comingMinor);
    const { rows } = await database.raw<{ rows: { premiums: bigint; paid: bigint; drawn: bigint }[] }>(
      `select (select coalesce(sum(premium_minor - premium_refunded_minor), 0) from ledger.holds where currency = :currency)::bigint as premiums,
         (select coalesce(sum(cover_minor), 0) from covers where state = 'paid' and currency = :currency)::bigint as paid,
         (select coalesce(sum(-e.amount_minor), 0) from ledger.transfers t join ledger.entries e on e.transfer_id = t.id
           join ledger.accounts a on a.id = e.account_id and a.kind = 'insurance_pool'
           where t.kind = 'pool_capital' and e.currency = :currency)::bigint as drawn`,
      { currency },
    );
    const [sums] = rows;
    const { drawnMinor } = await findPoolMoney(database, currency);
    expect(balanceMinor, `pool in ${currency}`).toBe((sums?.premiums ?? 0n) + drawnMinor - (sums?.paid ?? 0n));
    expect(drawnMinor, `capital drawn in ${currency}`).toBe(sums?.drawn ?? 0n);
  }
  await checkPaidCovers(world);
  await checkShares(world);
}

/** When nothing is on its way: whatever can be decided is. */
export async function checkCoversAtRest(world: World): Promise<void> {
  await coverSteps.decideCovers(world);
  const open = await world.p.t
    .database('covers as c')
    .join('bounties as b', 'b.id', 'c.bounty_id')
    .where({ 'c.state': 'open' })
    .whereRaw(`not exists (select from chargebacks d where d.checkout_id = c.checkout_id and d.state = 'open')`)
    .whereIn('b.state', ['awarded', 'cancelled'])
    .whereIn('b.id', idsOf(world))
    .select('b.id');
  expect(open, 'a cover waits for nothing').toEqual([]);
}

const idsOf = ({ bounties }: World) => bounties.map(({ id }) => id);

async function checkPaidCovers(world: World): Promise<void> {
  const { database } = world.p.t;
  const covers = await database('covers').whereIn('bounty_id', idsOf(world)).select('id', 'bounty_id', 'state');
  const payouts = await database('payouts')
    .whereIn('bounty_id', idsOf(world))
    .where({ purpose: 'cover' })
    .select('key');
  const paid = covers.filter(({ state }) => state === 'paid');
  expect(new Set(payouts.map(({ key }) => key))).toEqual(new Set(paid.map(({ id }) => `cover:${id}`)));
  expect(payouts).toHaveLength(paid.length);
  if (paid.length > 0) note(world, 'cover paid');
  for (const { bounty_id: id } of paid)
    expect(await database('ledger.transfers').where({ bounty_id: id, kind: 'release' })).toEqual([]);
  const passed = database('submissions as s')
    .leftJoin('disputes as d', 'd.submission_id', 's.id')
    .whereIn(
      's.bounty_id',
      paid.map(({ bounty_id: id }) => id),
    )
    .where('s.passed', true);
  expect(await passed.whereRaw(`d.state is distinct from 'fails'`).pluck('s.id'), 'paid although it passed').toEqual(
    [],
  );
}

async function checkShares(world: World): Promise<void> {
  const { rows } = await world.p.t.database.raw<{ rows: { share: bigint; earned: bigint }[] }>(
    `select coalesce(sum(-e.amount_minor), 0)::bigint as share, h.fee_earned_minor as earned
     from ledger.holds h join ledger.transfers t on t.bounty_id = h.bounty_id and t.kind = 'affiliate_share'
     join ledger.entries e on e.transfer_id = t.id join ledger.accounts a on a.id = e.account_id and a.kind = 'affiliate'
     where h.bounty_id = any(?) group by h.bounty_id`,
    [idsOf(world)],
  );
  for (const { share, earned } of rows) {
    expect(share).toBe(earned / 10n);
    note(world, 'share earned');
  }
}
