import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, makeTeam, type JsonValue } from '../../tests/support/factories.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import { insure } from '../insurance/insurance-fixture.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { payAffiliates } from './pay-affiliates.ts';
import { reverseShares } from './reverse-shares.ts';

let p: Payments;
let w: ReturnType<typeof insure>;
beforeAll(async () => {
  p = await openPayments();
  w = insure(p);
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  await p.close();
});

type Account = { id: string; key: string };

const me = async (account: Account): Promise<JsonValue> =>
  (await call(p.api, 'GET', '/api/affiliates/me', { key: account.key })).body;
const accept = (account: Account, code: string) => p.post('/api/affiliates/invitations', account.key, { code });
const balance = (account: Account, currency = 'USD') =>
  accountBalance(p.t.database, `affiliate:${account.id}`, currency);

async function affiliate(): Promise<Account & { code: string }> {
  const account = await makeAccount(p.t, 'Affiliate');
  const { body } = await p.post('/api/affiliates/codes', account.key);
  return { ...account, code: body.code };
}

/** A new account that accepted. */
async function invitedBy({ code }: { code: string }): Promise<Account> {
  const account = await makeAccount(p.t, 'Invited');
  expect(await accept(account, code)).toMatchObject({ status: 200, body: { accepted: true } });
  return account;
}

/** A funded bounty of somebody's, with a stranger's submission that passed. */
async function bountyOf(poster: Account, rest: Record<string, unknown> = {}) {
  const { body } = await p.post('/api/bounties', poster.key, bountyRequest({ rewardMinor: 10_000, ...rest }));
  const bounty = { id: body.id as string, code: body.code as string, poster };
  const { body: funding } = await p.post(`/api/bounties/${bounty.id}/fund`, poster.key);
  await p.visit(funding.checkoutUrl, { outcome: 'paid' });
  await p.settle();
  const { submissionId, account } = await w.enter(bounty, { passed: true });
  return { ...bounty, submissionId, winner: account };
}

const award = ({ id, poster, submissionId }: { id: string; poster: Account; submissionId: string }) =>
  p.post(`/api/bounties/${id}/award`, poster.key, { submissionId });

/** Runs the payouts as if it were the second day of a later month, so often at once; answers how many were asked for. */
async function payMonth({ later = 1, atOnce = 1 } = {}): Promise<number> {
  const now = new Date();
  p.t.clock.set(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later, 2));
  const asked = await Promise.all(Array.from({ length: atOnce }, () => payAffiliates(p.t.context)));
  p.t.clock.set(Date.now());
  return asked.reduce((sum, n) => sum + n, 0);
}

describe('a code', () => {
  it('is made once, has a link, and its page says how to accept it', async () => {
    const account = await affiliate();
    expect((await p.post('/api/affiliates/codes', account.key)).body.code).toBe(account.code);
    const { link } = await me(account);
    expect(link).toBe(`http://quarry.test/i/${account.code}`);
    const page = await fetch(`${p.api.url}/i/${account.code.toLowerCase()}`);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(await page.text()).toContain(`/bounty invite accept:${account.code}`);
    expect((await fetch(`${p.api.url}/i/22222222`)).status).toBe(404);
    expect((await fetch(`${p.api.url}/i/%3Cscript%3E`)).status).toBe(404);
  });
});

describe('an invitation', () => {
  it('is accepted once, the first counts, and the affiliate learns a number alone', async () => {
    const [first, second] = [await affiliate(), await affiliate()];
    const account = await invitedBy(first);
    expect(await accept(account, first.code)).toMatchObject({ status: 200 });
    expect(await accept(account, second.code)).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    const told = await me(first);
    expect(told).toMatchObject({ invited: 1, sharePercent: 10, shareMonths: 12, balances: [], months: [] });
    expect(JSON.stringify(told)).not.toContain(account.id);
    expect(await me(second)).toMatchObject({ invited: 0 });
  });

  it('is accepted once when two codes come at once, twenty times each', async () => {
    const [first, second] = [await affiliate(), await affiliate()];
    const account = await makeAccount(p.t, 'Invited');
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, n) => accept(account, n % 2 === 0 ? first.code : second.code)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect((await me(first)).invited + (await me(second)).invited).toBe(1);
  });

  it.each([
    ['one self', async (own: Account & { code: string }) => own, 'your own code'],
    [
      'an account that was there before the code',
      async ({ id }: Account) => {
        const account = await makeAccount(p.t, 'Old');
        await p.t
          .database('affiliate_codes')
          .where({ account_id: id })
          .update({ created_at: p.t.database.raw('clock_timestamp()') });
        return account;
      },
      'was there before the invitation',
    ],
    [
      'an account that is older than 30 days',
      async ({ id }: Account) => {
        const account = await makeAccount(p.t, 'Old');
        const ago = (days: number) => p.t.database.raw(`clock_timestamp() - ? * interval '1 day'`, [days]);
        await p.t
          .database('affiliate_codes')
          .where({ account_id: id })
          .update({ created_at: ago(60) });
        await p.t
          .database('accounts')
          .where({ id: account.id })
          .update({ created_at: ago(31) });
        return account;
      },
      'older than 30 days',
    ],
    ['an account that had a bounty open', async () => (await p.funded()).poster, 'was there before the invitation'],
    [
      'a colleague in a workspace',
      async ({ id }: Account) => {
        const account = await makeAccount(p.t, 'Colleague');
        await makeTeam(p.t, { [id]: 'owner', [account.id]: 'poster' });
        return account;
      },
      'in one workspace',
    ],
  ] as const)('by %s is refused', async (_, make, why) => {
    const own = await affiliate();
    const account = await make(own);
    const answer = await accept(account, own.code);
    expect(answer).toMatchObject({ status: 409, body: { code: 'illegal_state' } });
    expect(answer.body.detail).toContain(why);
    expect(await me(own)).toMatchObject({ invited: 0 });
  });

  it('under a code that is none is not found', async () => {
    const account = await makeAccount(p.t);
    expect(await accept(account, '22222222')).toMatchObject({ status: 404 });
    expect(await accept(account, "' or 1=1")).toMatchObject({ status: 404 });
  });
});

describe('a share', () => {
  it('is 10% of the fee, from the moment it is earned, and in no receipt', async () => {
    const own = await affiliate();
    const bounty = await bountyOf(await invitedBy(own));
    expect(await balance(own)).toBe(0n);
    const { body } = await award(bounty);
    expect(await balance(own)).toBe(150n);
    const accounts = body.receipt.receipt.ledger.map(({ account }: JsonValue) => account);
    expect(accounts).toContain('fees');
    expect(accounts).not.toContain('affiliate');
    await award(bounty);
    expect(await balance(own)).toBe(150n);
    expect(await me(own)).toMatchObject({
      balances: [{ currency: 'USD', earnedMinor: 150, balanceMinor: 150, nextPayoutMinor: 0, minimumMinor: 2_500 }],
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
    const own = await affiliate();
    const bounty = await bountyOf(await invitedBy(own));
    await change(own, bounty);
    expect(await award(bounty)).toMatchObject({ status: 200 });
    expect(await balance(own)).toBe(0n);
  });

  it('is none of a bounty that is cancelled, and of the earned part alone where the rest goes back', async () => {
    const own = await affiliate();
    const poster = await invitedBy(own);
    const cancelled = await bountyOf(poster);
    await p.post(`/api/bounties/${cancelled.id}/cancel`, poster.key);
    expect(await balance(own)).toBe(0n);
    const parts = await bountyOf(poster, { mode: 'places', places: [50, 30, 20] });
    await award(parts);
    expect(await balance(own)).toBe(75n);
  });

  it('comes back when the payment is lost to a chargeback, and what was paid out is taken from later shares', async () => {
    const own = await affiliate();
    const poster = await invitedBy(own);
    const lose = async (bounty: { id: string }) => {
      const dispute = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
      await p.settle();
      p.stripe.control.closeDispute(dispute.id, 'lost');
      await p.settle();
    };
    const [first, second] = [await bountyOf(poster, { rewardMinor: 200_000 }), await bountyOf(poster)];
    await award(first);
    expect(await payMonth()).toBe(1);
    expect(await balance(own)).toBe(0n);
    await lose(first);
    expect(await reverseShares(p.t.context)).toBe(1);
    expect(await reverseShares(p.t.context)).toBe(0);
    await award(second);
    expect(await balance(own)).toBe(150n);
    expect(await payMonth({ later: 2 })).toBe(0);
    await lose(second);
    expect(await reverseShares(p.t.context)).toBe(1);
    expect(await balance(own)).toBe(0n);
    const reversals = await p.t.database('affiliate_reversals').where({ account_id: own.id }).orderBy('created_at');
    expect(reversals).toMatchObject([
      { bounty_id: first.id, due_minor: 3_000n, taken_minor: 150n },
      { bounty_id: second.id, due_minor: 150n, taken_minor: 0n },
    ]);
  });
});

describe('a chargeback of a second payment', () => {
  it('takes nothing back: no fee was earned of it', async () => {
    const own = await affiliate();
    const poster = await invitedBy(own);
    const bounty = await bountyOf(poster);
    const [paid] = await p.t.database('checkouts').where({ bounty_id: bounty.id });
    // The page of a checkout that had ended was paid all the same.
    const again = { ...paid, id: randomUUID(), state: 'paid', payment_intent_id: `pi_${bounty.id}`, session_id: null };
    await p.t.database('checkouts').insert(again);
    await award(bounty);
    await p.t.database('chargebacks').insert({
      id: `du_${bounty.id}`,
      checkout_id: again.id,
      bounty_id: bounty.id,
      amount_minor: 11_500,
      currency: 'USD',
      state: 'lost',
    });
    await reverseShares(p.t.context);
    expect(await balance(own)).toBe(150n);
  });
});

describe('the payout of a month', () => {
  it('is what was earned before it, once, however many workers ask, and waits for the payee', async () => {
    const own = await affiliate();
    const poster = await invitedBy(own);
    await award(await bountyOf(poster, { rewardMinor: 200_000 }));
    expect(await payAffiliates(p.t.context)).toBe(0);
    expect(await payMonth({ atOnce: 8 })).toBe(1);
    const payouts = await p.t.database('payouts').where({ account_id: own.id });
    expect(payouts).toMatchObject([{ amount_minor: 3_000n, purpose: 'affiliate', bounty_id: null, state: 'waiting' }]);
    const { body } = await call(p.api, 'GET', '/api/payouts', { key: own.key });
    expect(body.payouts).toMatchObject([{ bountyCode: null, purpose: 'affiliate', amountMinor: 3_000 }]);
    const setup = await p.post('/api/payouts/setup', own.key, { country: 'DE' });
    await p.settle();
    w.arrive();
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

  it('waits while it is under the minimum', async () => {
    const own = await affiliate();
    const poster = await invitedBy(own);
    await award(await bountyOf(poster, { rewardMinor: 100_000 }));
    expect(await payMonth()).toBe(0);
    expect(await balance(own)).toBe(1_500n);
    await award(await bountyOf(poster, { rewardMinor: 100_000 }));
    expect(await payMonth()).toBe(1);
    expect(await balance(own)).toBe(0n);
  });

  it('ends in 0 in a currency of three decimals, and the rest stays', async () => {
    const own = await affiliate();
    const poster = await invitedBy(own);
    await award(await bountyOf(poster, { currency: 'KWD', rewardMinor: 600_600 }));
    expect(await balance(own, 'KWD')).toBe(9_009n);
    expect(await payMonth()).toBe(1);
    expect(await balance(own, 'KWD')).toBe(9n);
  });

  it('is none while settlement is stopped', async () => {
    const own = await affiliate();
    await award(await bountyOf(await invitedBy(own), { rewardMinor: 200_000 }));
    await p.t.database('ledger.settlement_stop').insert({ reason: 'a test' });
    expect(await payMonth()).toBe(0);
    await p.t.database('ledger.settlement_stop').delete();
    expect(await payMonth()).toBe(1);
  });
});
