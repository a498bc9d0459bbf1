import { describe, expect, it } from 'vitest';
import { call } from '../../tests/support/factories.ts';
import { bountyMoney } from '../ledger/bounty-money.ts';
import { accountBalance, findRefundPayable } from '../ledger/find-balances.ts';
import { checkoutFigures } from '../payments/checkout-figures.ts';
import { usePayments } from '../payments/payments-fixture.ts';
import { insure } from './insurance-fixture.ts';
import { settleCovers } from './settle-covers.ts';

const p = usePayments({ INSURANCE_CAPITAL: 'USD:1000000,KWD:1000000,JPY:1000000' });
const w = insure(p);

const get = (path: string, key: string) => call(p.api, 'GET', path, { key });
const pool = (currency = 'USD') => accountBalance(p.t.database, 'insurance_pool', currency);

describe('a cover that is asked for when funding', () => {
  it('is shown to the unit before anything is charged, with what it pays and when', async () => {
    const bounty = await w.draft({ rewardMinor: 10_010 });
    const { body } = await w.fund(bounty, { insured: true, dryRun: true });
    expect(body).toMatchObject({ rewardMinor: 10_010, feeMinor: 1_502, premiumMinor: 501, totalMinor: 12_013 });
    expect(body.cover.coverMinor).toBe(2_002);
    expect(body.cover.terms).toContain('pays you 20.02 USD');
    expect(body.cover.terms).toContain('the premium is not given back');
    expect(await w.coverOf(bounty)).toBeUndefined();
  });

  it.each([
    ['USD', 10_000, 500, 2_000],
    ['USD', 10_050, 503, 2_010],
    ['JPY', 10_010, 501, 2_002],
    ['KWD', 10_200, 510, 2_040],
  ])('costs 5%% and covers 20%%, in %s of %d', async (currency, rewardMinor, premiumMinor, coverMinor) => {
    const { body } = await w.fund(await w.draft({ currency, rewardMinor }), { insured: true, dryRun: true });
    expect(body).toMatchObject({ premiumMinor, cover: { coverMinor } });
  });

  it('is refused for a reward too small to have a premium, and where the pool cannot carry it', async () => {
    expect(() => checkoutFigures(9n, 'USD', true)).toThrow('too small to be insured');
    expect(checkoutFigures(10n, 'USD', true)).toMatchObject({ premiumMinor: 1n, coverMinor: 2n });
    const answer = await w.fund(await w.draft({ currency: 'EUR' }));
    expect(answer).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    expect(answer.body.detail).toBe(
      'The insurance pool can take on 5.00 EUR now, and this bounty needs 20.00 EUR. Nothing was charged. Fund without insurance.',
    );
  });

  it('is paid in the same checkout, and its premium is in the pool beside the money that is held', async () => {
    const before = await pool();
    const bounty = await w.insured();
    const session = p.objects('sessions').find(({ client_reference_id: id }) => id === bounty.id);
    expect(session.amount_total).toBe(12_000);
    expect(await pool()).toBe(before + 500n);
    expect(await bountyMoney(p.t.database, bounty.id)).toMatchObject({ heldMinor: 10_000n, premiumMinor: 500n });
    expect(await p.read(bounty)).toMatchObject({ state: 'open', insured: true });
    expect((await get(`/api/bounties/${bounty.id}/cover`, bounty.poster.key)).body).toMatchObject({
      state: 'open',
      coverMinor: 2_000,
    });
    expect((await get(`/api/bounties/${bounty.id}/funding-receipt`, bounty.poster.key)).body.payments).toMatchObject([
      { rewardMinor: 10_000, feeMinor: 1_500, premiumMinor: 500, totalMinor: 12_000 },
    ]);
  });

  it('replaces an open page without it, and the reverse; only the last page can be paid', async () => {
    const bounty = await w.draft();
    const without = await w.fund(bounty, {});
    const insured = await w.fund(bounty);
    expect(insured.body).toMatchObject({ totalMinor: 12_000 });
    expect(insured.body.checkoutUrl).not.toBe(without.body.checkoutUrl);
    expect((await w.fund(bounty)).body.checkoutUrl).toBe(insured.body.checkoutUrl);
    const again = await w.fund(bounty, {});
    expect(again.body).toMatchObject({ totalMinor: 11_500, premiumMinor: 0 });
    expect((await w.coverOf(bounty)).outcome).toBe('not_paid');
    const open = p
      .objects('sessions')
      .filter(({ client_reference_id: id, status }) => id === bounty.id && status === 'open');
    expect(open.map(({ url }) => url)).toEqual([again.body.checkoutUrl]);
  });
});

describe('the premium goes back', () => {
  it('with the rest when the bounty is cancelled before its payment arrives', async () => {
    const bounty = await w.draft();
    const { body } = await w.fund(bounty);
    const before = await pool();
    p.stripe.control.setWebhooks({ hold: true });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await w.cancel(bounty);
    p.stripe.control.setWebhooks({ hold: false });
    await p.settle();
    expect(p.refundsOf(bounty.id).reduce((sum, { amount }) => sum + amount, 0)).toBe(12_000);
    expect(await pool()).toBe(before);
    expect(await w.coverOf(bounty)).toMatchObject({ state: 'ended', outcome: 'too_late' });
    expect(await findRefundPayable(p.t.database, bounty.id)).toBe(0n);
    expect(await bountyMoney(p.t.database, bounty.id)).toEqual({
      heldMinor: 0n,
      feeMinor: 0n,
      releasedMinor: 0n,
      refundedMinor: 12_000n,
      premiumMinor: 0n,
    });
  });

  it('against the loss when the payment is charged back and the bank decides against us', async () => {
    const bounty = await w.insured();
    const before = await pool();
    const dispute = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
    await p.settle();
    expect(await settleCovers(p.t.context)).toBe(0);
    p.stripe.control.closeDispute(dispute.id, 'lost');
    await p.settle();
    expect(await settleCovers(p.t.context)).toBe(1);
    expect(await w.coverOf(bounty)).toMatchObject({ state: 'ended', outcome: 'charged_back' });
    expect(await pool()).toBe(before - 500n);
    const { rows } = await p.t.database.raw(
      `select sum(e.amount_minor)::bigint as left from ledger.entries e join ledger.accounts a on a.id = e.account_id
       join ledger.transfers t on t.id = e.transfer_id where a.kind = 'disputes' and t.bounty_id = ?`,
      [bounty.id],
    );
    expect(rows[0].left).toBe(0n);
  });
});
