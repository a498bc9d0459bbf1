import { describe, expect, it } from 'vitest';
import { call } from '../../tests/support/factories.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { earn, useAffiliates } from './affiliate-fixture.ts';
import { payAffiliates } from './pay-affiliates.ts';
import { reverseShares } from './reverse-shares.ts';

const { p, a } = useAffiliates();

describe('the payout of a month', () => {
  it('is what was earned before it, once, however many workers ask, and waits for the payee', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    await a.award(await a.bountyOf(poster, { rewardMinor: 200_000 }));
    expect(await payAffiliates(p.t.context)).toBe(0);
    expect(await a.payMonth({ later: 3 })).toBe(0);
    expect(await a.payMonth({ atOnce: 8 })).toBe(1);
    const payouts = await p.t.database('payouts').where({ account_id: own.id });
    expect(payouts).toMatchObject([{ amount_minor: 3_000n, purpose: 'affiliate', bounty_id: null, state: 'waiting' }]);
    const { body } = await call(p.api, 'GET', '/api/payouts', { key: own.key });
    expect(body.payouts).toMatchObject([{ bountyCode: null, purpose: 'affiliate', amountMinor: 3_000 }]);
    const setup = await p.post('/api/payouts/setup', own.key, { country: 'DE' });
    await p.settle();
    a.arrive();
    await p.visit(setup.body.onboardingUrl, { outcome: 'complete' });
    await p.settle();
    const transfer = p.objects('transfers').find(({ metadata }) => metadata.payout_id === payouts[0].id);
    expect(transfer).toMatchObject({ amount: 3_000, transfer_group: `payout:${payouts[0].id}` });
    expect((await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null })).differences).toEqual(
      [],
    );
    p.t.clock.set(Date.now());
    const statement = await call(p.api, 'GET', '/api/payouts/statement', { key: own.key });
    expect(statement.body).toMatchObject({
      totals: [{ earnedMinor: 3_000, paidOutMinor: 3_000, closingMinor: 0 }],
      lines: [{ what: 'invitations', bountyCode: null }, { what: 'paid out' }],
    });
  });

  it('is made while the same person wins what they brought in, without one waiting for the other in a circle', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    await a.award(await a.bountyOf(poster, { rewardMinor: 200_000 }));
    const won = [];
    for (let n = 0; n < 6; n += 1) {
      const bounty = await a.bountyOf(poster);
      const { submissionId } = await a.enter(bounty, { passed: true, owner: own });
      won.push({ ...bounty, submissionId });
    }
    const [paid, ...answers] = await Promise.all([a.payMonth({ atOnce: 4 }), ...won.map((one) => a.award(one))]);
    expect(paid).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual(won.map(() => 200));
    // Six shares of 150 each were earned, before the month's payout or after it; nothing is lost or paid twice.
    const payouts = await p.t.database('payouts').where({ account_id: own.id, purpose: 'affiliate' });
    const paidMinor = payouts.reduce((sum, { amount_minor: minor }) => sum + minor, 0n);
    expect(paidMinor + (await a.balance(own))).toBe(3_900n);
  });

  it('waits while it is under the minimum', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    await a.award(await a.bountyOf(poster, { rewardMinor: 100_000 }));
    expect(await a.payMonth()).toBe(0);
    expect(await a.balance(own)).toBe(1_500n);
    await a.award(await a.bountyOf(poster, { rewardMinor: 100_000 }));
    expect(await a.payMonth({ later: 6 })).toBe(1);
    expect(await a.balance(own)).toBe(0n);
  });

  it('waits until a share is 120 days old, and while the payment of its bounty is disputed', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    const bounty = await a.bountyOf(poster, { rewardMinor: 200_000 });
    await a.award(bounty);
    expect(await a.payMonth({ later: 3 })).toBe(0);
    const dispute = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    await p.settle();
    expect(await a.payMonth()).toBe(0);
    p.stripe.control.closeDispute(dispute.id, 'won');
    await p.settle();
    expect(await a.payMonth({ later: 6 })).toBe(1);
    expect(await a.balance(own)).toBe(0n);
  });

  it('is of what is old enough alone, and a young share that came back takes nothing of it', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    await earn(p.t.database, own.id, { shares: 1, amountMinor: 2_600, daysAgo: 400 });
    const bounty = await a.bountyOf(poster);
    await a.award(bounty);
    const next = async () => (await a.me(own)).balances;
    expect(await next()).toMatchObject([{ balanceMinor: 2_750, nextPayoutMinor: 2_600 }]);
    await a.lose(bounty);
    await reverseShares(p.t.context);
    expect(await next()).toMatchObject([{ balanceMinor: 2_600, nextPayoutMinor: 2_600 }]);
    expect(await a.payMonth()).toBe(1);
  });

  it('ends in 0 in a currency of three decimals, and the rest stays', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    await a.award(await a.bountyOf(poster, { currency: 'KWD', rewardMinor: 600_600 }));
    expect(await a.balance(own, 'KWD')).toBe(9_009n);
    expect(await a.payMonth()).toBe(1);
    expect(await a.balance(own, 'KWD')).toBe(9n);
  });

  it('is none while settlement is stopped', async () => {
    const own = await a.affiliate();
    await a.award(await a.bountyOf(await a.invitedBy(own), { rewardMinor: 200_000 }));
    await p.t.database('ledger.settlement_stop').insert({ reason: 'a test' });
    expect(await a.payMonth()).toBe(0);
    await p.t.database('ledger.settlement_stop').delete();
    expect(await a.payMonth()).toBe(1);
  });
});
