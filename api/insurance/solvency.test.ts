import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, makeAccount } from '../../tests/support/factories.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { findPoolMoney } from '../ledger/insurance-pool.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { runPaymentTasks } from '../payments/run-payment-tasks.ts';
import { insure, type Insured } from './insurance-fixture.ts';
import { settleCovers } from './settle-covers.ts';
import { findSolvency } from './solvency.ts';

const capitalMinor = 10_000n;
let p: Payments;
let w: ReturnType<typeof insure>;
beforeEach(async () => {
  p = await openPayments({ INSURANCE_CAPITAL: `USD:${capitalMinor}` });
  w = insure(p);
});
afterEach(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

const solvency = () => findSolvency(p.t.context, p.t.database, 'USD');

/** Whatever has happened: all that was sold could be paid now, the pool is not under 0, and no more was drawn than was committed. */
async function expectSolvent(): Promise<void> {
  const { balanceMinor, capitalMinor: left, comingMinor, standingMinor } = await solvency();
  expect(standingMinor).toBeLessThanOrEqual(balanceMinor + left + comingMinor);
  expect(balanceMinor).toBeGreaterThanOrEqual(0n);
  expect((await findPoolMoney(p.t.database, 'USD')).drawnMinor).toBeLessThanOrEqual(capitalMinor);
}

async function drafts(count: number): Promise<Insured[]> {
  const made: Insured[] = [];
  for (let n = 0; n < count; n += 1) made.push(await w.draft());
  return made;
}

async function fail(bounty: Insured): Promise<void> {
  await w.enter(bounty);
  await w.close(bounty);
  await w.cancel(bounty);
}

describe('the pool', () => {
  it('sells no more than it could pay at once, to twenty who ask at once, and then pays all of it', async () => {
    const asked = await drafts(20);
    const answers = await Promise.all(asked.map((bounty) => w.fund(bounty)));
    const sold = asked.filter((_, n) => answers[n]?.status === 200);
    // The n-th needs 2,000 n ≤ 10,000 + 500 n.
    expect(sold).toHaveLength(6);
    for (const { status, body } of answers.filter((answer) => answer.status !== 200))
      expect([status, body.code]).toEqual([409, 'illegal_state']);
    await expectSolvent();
    for (const [n, bounty] of asked.entries()) {
      if (!sold.includes(bounty)) expect((await p.read(bounty)).state).toBe('draft');
      else await p.visit(answers[n]?.body.checkoutUrl, { outcome: 'paid' });
    }
    await p.settle();
    for (const bounty of sold) await fail(bounty);
    await Promise.all([settleCovers(p.t.context), ...sold.map((bounty) => w.claim(bounty))]);
    await settleCovers(p.t.context);
    expect(await p.t.database('payouts').where({ purpose: 'cover' })).toHaveLength(6);
    // 6 × 2,000 were paid of 6 × 500 in premiums, and the rest of what we committed.
    expect(await findPoolMoney(p.t.database, 'USD')).toEqual({ balanceMinor: 0n, drawnMinor: 9_000n });
    await expectSolvent();
  });

  it('takes on more when a checkout is over without a payment', async () => {
    const asked = await drafts(7);
    const pages: string[] = [];
    for (const bounty of asked.slice(0, 6)) pages.push((await w.fund(bounty)).body.checkoutUrl);
    const last = asked[6] ?? (await w.draft());
    expect(await w.fund(last)).toMatchObject({ status: 409 });
    await p.visit(pages[0] ?? '', { outcome: 'abandoned' });
    await p.settle();
    expect(await w.fund(last)).toMatchObject({ status: 200 });
    await expectSolvent();
  });

  it('gives the premium back when its page is paid after the room was sold to others', async () => {
    const late = await w.draft();
    const { body } = await w.fund(late);
    await p.t
      .database('covers')
      .where({ bounty_id: late.id })
      .update({ state: 'ended', outcome: 'not_paid', decided_at: new Date() });
    const others = await drafts(7);
    for (const bounty of others) await w.fund(bounty);
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    expect(await w.coverOf(late)).toMatchObject({ state: 'ended', outcome: 'no_room' });
    expect(await p.read(late)).toMatchObject({ state: 'open', insured: false, heldMinor: 10_000 });
    expect(p.refundsOf(late.id).map(({ amount }) => amount)).toEqual([500]);
    await expectSolvent();
  });

  it('pays claims while premiums come in, without one waiting for the other in a circle', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [failed, ...coming] = await drafts(5);
      if (failed === undefined) throw new Error('There is no draft');
      await w.pay(failed);
      await fail(failed);
      p.stripe.control.setWebhooks({ hold: true });
      for (const bounty of coming) {
        const { status, body } = await w.fund(bounty);
        if (status === 200) await p.visit(body.checkoutUrl, { outcome: 'paid' });
      }
      p.stripe.control.setWebhooks({ hold: false });
      await p.stripe.control.flush();
      const [claim] = await Promise.all([w.claim(failed), runPaymentTasks(p.t.context), runPaymentTasks(p.t.context)]);
      expect(claim).toMatchObject({ status: 200 });
      expect(await p.t.database('payment_tasks').whereNotNull('last_error').select('topic', 'last_error')).toEqual([]);
      await p.settle();
      for (const bounty of coming) await w.cancel(bounty);
      await settleCovers(p.t.context);
      await expectSolvent();
    }
  });

  it('insures one workspace for no more than a quarter of what it can pay', async () => {
    const answer = await w.fund(await w.draft({ rewardMinor: 20_000 }));
    expect(answer).toMatchObject({ status: 409 });
    expect(answer.body.detail).toBe(
      'One workspace may be insured for 27.50 USD at once; yours would be for 40.00 USD. Nothing was charged. Fund without insurance.',
    );
  });

  it('insures nobody who was compensated twice within a year, in whatever workspace', async () => {
    const first = await w.insured();
    await fail(first);
    await settleCovers(p.t.context);
    const cover = await w.coverOf(first);
    await p.t.database('covers').insert({ ...cover, id: undefined, checkout_id: await anotherCheckout(first) });
    const own = { ...first, ...(await p.draft()), poster: first.poster };
    await p.t.database('bounties').where({ id: own.id }).update({ poster_account_id: first.poster.id });
    const answer = await w.fund(own);
    expect(answer).toMatchObject({ status: 409 });
    expect(answer.body.detail).toContain('was compensated 2 times within a year');
    expect(await w.fund(own, {})).toMatchObject({ status: 200 });
  });

  it('is shown to admins of the platform by currency and month, as JSON and CSV', async () => {
    const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
    const [failed, standing] = [await w.insured(), await w.insured()];
    await fail(failed);
    await settleCovers(p.t.context);
    const { body } = await call(p.api, 'GET', '/api/admin/insurance/pool', { key: admin.key });
    expect(body.pools).toEqual([
      {
        currency: 'USD',
        balanceMinor: 0,
        capitalMinor: 9_000,
        comingMinor: 0,
        standingMinor: 2_000,
        standing: 1,
        solvencyRatio: 4.5,
      },
    ]);
    const month = new Date().toISOString().slice(0, 7);
    expect(body.months).toEqual([
      {
        month,
        currency: 'USD',
        premiumsMinor: 1_000,
        premiumsBackMinor: 0,
        capitalMinor: 1_000,
        paidMinor: 2_000,
        claims: 1,
        balanceMinor: 0,
      },
    ]);
    const csv = await fetch(`${p.api.url}/api/admin/insurance/pool.csv`, {
      headers: { authorization: `Bearer ${admin.key}` },
    });
    expect(await csv.text()).toBe(
      `month,currency,premiums,premiums_back,capital,paid,claims,balance\r\n${month},USD,10.00,0.00,10.00,20.00,1,0.00\r\n`,
    );
    expect((await w.coverOf(standing)).state).toBe('open');
  });

  it(
    'stays solvent through whatever happens to insured bounties, in whatever order',
    { timeout: 120_000 },
    async () => {
      const step = fc.record({
        what: fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[])),
        n: fc.nat(9),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (taken) => {
          for (const { what, n } of taken) {
            await steps[what](n);
            await expectSolvent();
          }
        }),
        { numRuns: 8 },
      );
      const twice = await p.t
        .database('ledger.transfers')
        .where({ kind: 'cover_paid' })
        .groupBy('bounty_id')
        .havingRaw('count(*) > 1')
        .select('bounty_id');
      expect(twice).toEqual([]);
    },
  );
});

const known: { bounty: Insured; url: string }[] = [];
const pick = (n: number) => known[n % Math.max(known.length, 1)];

const steps = {
  async ask() {
    const bounty = await w.draft();
    const { status, body } = await w.fund(bounty);
    if (status === 200) known.push({ bounty, url: body.checkoutUrl });
  },
  async pay(n: number) {
    await p.visit(pick(n)?.url ?? `${p.stripe.url}/none`, { outcome: 'paid' });
    await p.settle();
  },
  async abandon(n: number) {
    await p.visit(pick(n)?.url ?? `${p.stripe.url}/none`, { outcome: 'abandoned' });
    await p.settle();
  },
  async changeMind(n: number) {
    const one = pick(n);
    if (one === undefined) return;
    const { status, body } = await w.fund(one.bounty, { insured: n % 2 === 0 });
    if (status === 200) one.url = body.checkoutUrl;
  },
  async fail(n: number) {
    const one = pick(n);
    if (one !== undefined && (await p.read(one.bounty)).state === 'open') await fail(one.bounty);
  },
  async cancel(n: number) {
    const one = pick(n);
    if (one !== undefined) await w.cancel(one.bounty);
  },
  async lose(n: number) {
    const one = pick(n);
    const paid = one && (await p.t.database('checkouts').where({ bounty_id: one.bounty.id, state: 'paid' }).first());
    if (!paid) return;
    const charge = p.objects('charges').find(({ id }) => id === paid.charge_id);
    if (charge.disputed || charge.amount_refunded === charge.amount) return;
    p.stripe.control.closeDispute(p.stripe.control.openDispute(charge.id).id, 'lost');
    await p.settle();
  },
  async sweep() {
    await settleCovers(p.t.context);
  },
};

async function anotherCheckout({ id }: Insured): Promise<string> {
  const [paid] = await p.t.database('checkouts').where({ bounty_id: id });
  const [row] = await p.t
    .database('checkouts')
    .insert({ ...paid, id: undefined, payment_intent_id: `pi_${id}`, session_id: null })
    .returning('id');
  return row.id;
}
