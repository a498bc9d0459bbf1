import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type JsonValue } from '../../tests/support/factories.ts';
import { useAffiliates, type Account } from './affiliate-fixture.ts';
import { reverseShares } from './reverse-shares.ts';

const { p, a } = useAffiliates();

describe('a share', () => {
  it('is 10% of the fee, from the moment it is earned, and in no receipt', async () => {
    const own = await a.affiliate();
    const bounty = await a.bountyOf(await a.invitedBy(own));
    expect(await a.balance(own)).toBe(0n);
    const { body } = await a.award(bounty);
    expect(await a.balance(own)).toBe(150n);
    const accounts = body.receipt.receipt.ledger.map(({ account }: JsonValue) => account);
    expect(accounts).toContain('fees');
    expect(accounts).not.toContain('affiliate');
    await a.award(bounty);
    expect(await a.balance(own)).toBe(150n);
    expect(await a.me(own)).toMatchObject({
      balances: [{ currency: 'USD', earnedMinor: 150, balanceMinor: 150, nextPayoutMinor: 0, minimumMinor: 2_500 }],
      heldDays: 120,
      months: [{ earnedMinor: 150, reversedMinor: 0, paidMinor: 0 }],
    });
  });

  it.each([
    [
      'after twelve months',
      async (own: Account) => {
        await p.t.database('invitations').where({ affiliate_account_id: own.id }).update({ ends_at: new Date() });
      },
    ],
    [
      'where the affiliate has joined the workspace',
      async (own: Account, bounty: { id: string }) => {
        const { workspace_id: id } = await p.t.database('bounties').where({ id: bounty.id }).first('workspace_id');
        await p.t.database('members').insert({ workspace_id: id, account_id: own.id, role: 'developer' });
      },
    ],
  ])('is none %s', async (_, change) => {
    const own = await a.affiliate();
    const bounty = await a.bountyOf(await a.invitedBy(own));
    await change(own, bounty);
    expect(await a.award(bounty)).toMatchObject({ status: 200 });
    expect(await a.balance(own)).toBe(0n);
  });

  it('is none of a bounty that is cancelled, and of the earned part alone where the rest goes back', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    const cancelled = await a.bountyOf(poster);
    await p.post(`/api/bounties/${cancelled.id}/cancel`, poster.key);
    expect(await a.balance(own)).toBe(0n);
    const parts = await a.bountyOf(poster, { mode: 'places', places: [50, 30, 20] });
    await a.award(parts);
    expect(await a.balance(own)).toBe(75n);
  });

  it('comes back when the payment is lost to a chargeback, and what was paid out is taken from later shares', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    const [first, second] = [await a.bountyOf(poster, { rewardMinor: 200_000 }), await a.bountyOf(poster)];
    await a.award(first);
    expect(await a.payMonth()).toBe(1);
    expect(await a.balance(own)).toBe(0n);
    await a.lose(first);
    expect(await reverseShares(p.t.context)).toBe(1);
    expect(await reverseShares(p.t.context)).toBe(0);
    await a.award(second);
    expect(await a.balance(own)).toBe(150n);
    expect(await a.payMonth({ later: 6 })).toBe(0);
    await a.lose(second);
    expect(await reverseShares(p.t.context)).toBe(1);
    expect(await a.balance(own)).toBe(0n);
    const reversals = await p.t.database('affiliate_reversals').where({ account_id: own.id }).orderBy('created_at');
    expect(reversals).toMatchObject([
      { bounty_id: first.id, due_minor: 3_000n, taken_minor: 150n },
      { bounty_id: second.id, due_minor: 150n, taken_minor: 0n },
    ]);
  });

  it('comes back as far as the loss is ours: it waits for the decision about what waits, and payouts may cover it', async () => {
    const own = await a.affiliate();
    const bounty = await a.bountyOf(await a.invitedBy(own), { rewardMinor: 200_000 });
    await a.award(bounty);
    const id = await a.lose(bounty, { amount: 50_000, action: null });
    expect(await reverseShares(p.t.context)).toBe(0);
    expect(await a.payMonth()).toBe(0);
    expect(await a.balance(own)).toBe(3_000n);
    await a.decide(id, 'withhold');
    await reverseShares(p.t.context);
    expect(await a.payMonth({ later: 6 })).toBe(1);
    expect(await p.t.database('payouts').where({ account_id: own.id })).toMatchObject([{ amount_minor: 3_000n }]);
  });
});

describe('a chargeback of a second payment', () => {
  it('takes nothing back: no fee was earned of it', async () => {
    const own = await a.affiliate();
    const poster = await a.invitedBy(own);
    const bounty = await a.bountyOf(poster);
    const [paid] = await p.t.database('checkouts').where({ bounty_id: bounty.id });
    // The page of a checkout that had ended was paid all the same.
    const again = { ...paid, id: randomUUID(), state: 'paid', payment_intent_id: `pi_${bounty.id}`, session_id: null };
    await p.t.database('checkouts').insert(again);
    await a.award(bounty);
    await p.t.database('chargebacks').insert({
      id: `du_${bounty.id}`,
      checkout_id: again.id,
      bounty_id: bounty.id,
      amount_minor: 11_500,
      currency: 'USD',
      state: 'lost',
    });
    await reverseShares(p.t.context);
    expect(await a.balance(own)).toBe(150n);
  });
});
