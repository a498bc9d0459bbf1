import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import { insure } from '../insurance/insurance-fixture.ts';
import { accountBalance } from '../ledger/find-balances.ts';
import type { Payments } from '../payments/payments-fixture.ts';
import { payAffiliates } from './pay-affiliates.ts';

export type Account = { id: string; key: string };
export type Affiliates = ReturnType<typeof affiliates>;

/** For tests: people who invite and are invited, their bounties, and the months that go by. */
export function affiliates(p: Payments) {
  const { enter, arrive } = insure(p);
  const accept = (account: Account, code: string) => p.post('/api/affiliates/invitations', account.key, { code });
  return {
    accept,
    enter,
    arrive,
    me: async (account: Account): Promise<JsonValue> =>
      (await call(p.api, 'GET', '/api/affiliates/me', { key: account.key })).body,
    balance: (account: Account, currency = 'USD') => accountBalance(p.t.database, `affiliate:${account.id}`, currency),
    /** Somebody with a code. */
    async affiliate(): Promise<Account & { code: string }> {
      const account = await makeAccount(p.t, 'Affiliate');
      const { body } = await p.post('/api/affiliates/codes', account.key);
      return { ...account, code: body.code };
    },
    /** A new account that accepted. */
    async invitedBy({ code }: { code: string }): Promise<Account> {
      const account = await makeAccount(p.t, 'Invited');
      const { status } = await accept(account, code);
      if (status !== 200) throw new Error(`The invitation was refused with ${status}`);
      return account;
    },
    /** A funded bounty of somebody's, with a stranger's submission that passed. */
    async bountyOf(poster: Account, rest: Record<string, unknown> = {}) {
      const { body } = await p.post('/api/bounties', poster.key, bountyRequest({ rewardMinor: 10_000, ...rest }));
      const bounty = { id: body.id as string, code: body.code as string, poster };
      const { body: funding } = await p.post(`/api/bounties/${bounty.id}/fund`, poster.key);
      await p.visit(funding.checkoutUrl, { outcome: 'paid' });
      await p.settle();
      const { submissionId } = await enter(bounty, { passed: true });
      return { ...bounty, submissionId };
    },
    award: ({ id, poster, submissionId }: { id: string; poster: Account; submissionId: string }) =>
      p.post(`/api/bounties/${id}/award`, poster.key, { submissionId }),
    /** Runs the payouts as if it were the second day of a later month, so often at once; answers how many were asked for. */
    async payMonth({ later = 1, atOnce = 1 } = {}): Promise<number> {
      const now = new Date();
      p.t.clock.set(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later, 2));
      const asked = await Promise.all(Array.from({ length: atOnce }, () => payAffiliates(p.t.context)));
      p.t.clock.set(Date.now());
      return asked.reduce((sum, n) => sum + n, 0);
    },
  };
}
