import { describe, expect, it } from 'vitest';
import { makeAccount } from '../../tests/support/factories.ts';
import { type Funded, usePayments } from '../payments/payments-fixture.ts';

const p = usePayments();

const award = (bounty: Funded, body: object, key = bounty.poster.key) =>
  p.post(`/api/bounties/${bounty.id}/award`, key, body);

async function shared(rest: Record<string, unknown> = {}) {
  const bounty = await p.funded({ mode: 'split', ...rest });
  const winners = [await p.scored(bounty), await p.scored(bounty, { score: 0.9 }), await p.scored(bounty)];
  const shares = winners.map(({ submissionId }, index) => ({ submissionId, share: [50, 30, 20][index] }));
  return { bounty, winners, shares };
}

describe('a preview of an award', () => {
  it('is confirmed once, with every share as it was shown, and answers the same receipt again', async () => {
    const { bounty, shares } = await shared({ rewardMinor: 10_001 });
    const { preview } = (await award(bounty, { shares, dryRun: true })).body;
    expect(preview.payees.map((payee: { amountMinor: number }) => payee.amountMinor)).toEqual([5_001, 3_000, 2_000]);
    const answers = await Promise.all([1, 2, 3].map(() => award(bounty, { previewId: preview.id })));
    await p.settle();
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ body }) => body.receipt.jws)).size).toBe(1);
    const paid = p.transfersOf(bounty.id).map(({ amount }) => amount);
    expect(paid.toSorted((a, b) => b - a)).toEqual([5_001, 3_000, 2_000]);
  });

  it('is stale once a boost has arrived, and a new one has the new figures', async () => {
    const { bounty, shares } = await shared();
    const { preview } = (await award(bounty, { shares, dryRun: true })).body;
    const by = await makeAccount(p.t, 'Booster');
    const { body } = await p.post(`/api/bounties/${bounty.id}/boosts`, by.key, { amountMinor: 1_000 });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    const stale = await award(bounty, { previewId: preview.id });
    expect(stale).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 11_000 });
    const again = (await award(bounty, { shares, dryRun: true })).body.preview;
    expect(again).toMatchObject({ rewardMinor: 11_000, feeMinor: 1_650, refundMinor: 0, funders: [] });
    expect((await award(bounty, { previewId: again.id })).status).toBe(200);
  });

  it('is stale once a submission of it was rejected', async () => {
    const { bounty, shares, winners } = await shared();
    const { preview } = (await award(bounty, { shares, dryRun: true })).body;
    await p.post(`/api/submissions/${winners[1]?.submissionId}/reject`, bounty.poster.key, { reason: 'It copies.' });
    expect((await award(bounty, { previewId: preview.id })).status).toBe(422);
    expect((await p.read(bounty)).state).toBe('open');
  });

  it("is nobody else's, of no other bounty, and forgotten after a day", async () => {
    const { bounty, shares } = await shared();
    const other = await shared();
    const { preview } = (await award(bounty, { shares, dryRun: true })).body;
    expect((await award(other.bounty, { previewId: preview.id })).status).toBe(404);
    expect((await award(bounty, { previewId: preview.id }, other.bounty.poster.key)).status).toBe(403);
    expect((await award(bounty, { previewId: preview.id, dryRun: true })).status).toBe(400);
    expect((await award(bounty, { previewId: preview.id, shares })).status).toBe(400);
    await p.t
      .database('award_previews')
      .where({ id: preview.id })
      .update({ created_at: new Date(0) });
    expect((await award(bounty, { previewId: preview.id })).status).toBe(404);
  });
});

describe('a reward of three decimals', () => {
  it('is shared in steps that Stripe pays out, to the last unit', async () => {
    const { bounty, winners } = await shared({ currency: 'KWD', rewardMinor: 10_000 });
    const shares = winners.map(({ submissionId }) => ({ submissionId }));
    const { preview } = (await award(bounty, { shares, dryRun: true })).body;
    expect(preview.payees.map((payee: { amountMinor: number }) => payee.amountMinor)).toEqual([3_340, 3_330, 3_330]);
    await award(bounty, { previewId: preview.id });
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ heldMinor: 0, releasedMinor: 10_000, feeMinor: 1_500 });
    for (const { amount } of p.transfersOf(bounty.id)) expect(amount % 10).toBe(0);
  });

  it('gives back a rest and its fee in such steps, to each who paid', async () => {
    const bounty = await p.funded({ currency: 'KWD', rewardMinor: 10_000, mode: 'places', places: [34, 33, 33] });
    const by = await makeAccount(p.t, 'Booster');
    const { body } = await p.post(`/api/bounties/${bounty.id}/boosts`, by.key, { amountMinor: 1_400 });
    await p.visit(body.checkoutUrl, { outcome: 'paid' });
    await p.settle();
    const winner = await p.scored(bounty);
    await award(bounty, { submissionId: winner.submissionId });
    await p.settle();
    const amounts = [...p.transfersOf(bounty.id), ...p.refundsOf(bounty.id)].map(({ amount }) => amount as number);
    expect(amounts).toHaveLength(4);
    for (const amount of amounts) expect(amount % 10).toBe(0);
    const { feeMinor, heldMinor } = await p.read(bounty);
    expect(amounts.reduce((sum, amount) => sum + amount, 0) + feeMinor).toBe(11_500 + 1_610);
    expect(heldMinor).toBe(0);
  });
});
