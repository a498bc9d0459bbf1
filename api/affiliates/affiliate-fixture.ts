import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import { insure } from '../insurance/insurance-fixture.ts';
import { accountBalance } from '../ledger/find-balances.ts';
import type { Database } from '../platform/database.ts';
import { usePayments, type Payments } from '../payments/payments-fixture.ts';
import { payAffiliates } from './pay-affiliates.ts';
import { scheduleShare } from './schedule-shares.ts';

export type Account = { id: string; key: string };

/** By how many months a share has been held long enough, whatever day of the month it was earned. */
const heldMonths = 5;

/** For a test file: the API, and people who invite and are invited. */
export function useAffiliates(): { p: Payments; a: ReturnType<typeof affiliates> } {
  const p = usePayments();
  return { p, a: affiliates(p) };
}

/** People who invite and are invited, their bounties, and the months that go by. */
function affiliates(p: Payments) {
  const { enter, arrive } = insure(p);
  const accept = (account: Account, code: string) => p.post('/api/affiliates/invitations', account.key, { code });
  const decide = async (chargebackId: string, action: 'pay' | 'withhold'): Promise<void> => {
    const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
    const path = `/api/admin/chargebacks/${chargebackId}/decide`;
    const { status, body } = await p.post(path, admin.key, { action, reason: 'Both sides were heard.' });
    if (status !== 200) throw new Error(JSON.stringify(body));
  };
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
    /** The bank of who paid for a bounty takes the payment back, or a part of it, and keeps it; an admin decides about what waits. */
    async lose(
      bounty: { id: string },
      { amount, action = 'pay' }: { amount?: number; action?: 'pay' | 'withhold' | null } = {},
    ): Promise<string> {
      const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id), amount === undefined ? {} : { amount });
      await p.settle();
      p.stripe.control.closeDispute(id, 'lost');
      await p.settle();
      if (action !== null) await decide(id, action);
      return id;
    },
    decide,
    /** Runs the payouts as if it were the second day of a later month, so often at once; answers how many were asked for. */
    async payMonth({ later = heldMonths, atOnce = 1 } = {}): Promise<number> {
      const now = new Date();
      p.t.clock.set(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later, 2));
      const asked = await Promise.all(Array.from({ length: atOnce }, () => payAffiliates(p.t.context)));
      p.t.clock.set(Date.now());
      return asked.reduce((sum, n) => sum + n, 0);
    },
  };
}

/** Shares in US dollars that an affiliate earned long ago, each of a bounty of its own; the ledger alone knows of them. */
export function earn(
  database: Database,
  accountId: string,
  { shares, amountMinor, daysAgo }: { shares: number; amountMinor: number; daysAgo: number },
): Promise<void> {
  return database.transaction(async (trx) => {
    await trx.raw(
      `insert into ledger.accounts (code, kind, currency) values ('fees', 'fees', 'USD'), ('affiliate:' || ?, 'affiliate', 'USD')
       on conflict do nothing`,
      [accountId],
    );
    await trx.raw(
      `with posted as (
         insert into ledger.transfers (key, request_hash, kind, bounty_id, posted_at)
         select 'earned:' || id, ''::bytea, 'affiliate_share', id, clock_timestamp() - ? * interval '1 day'
         from (select gen_random_uuid() as id from generate_series(1, ?)) as bounties returning id
       )
       insert into ledger.entries (transfer_id, account_id, currency, amount_minor)
       select posted.id, a.id, 'USD', case a.kind when 'fees' then ?::bigint else -?::bigint end
       from posted join ledger.accounts a on a.currency = 'USD' and a.code in ('fees', 'affiliate:' || ?)`,
      [daysAgo, shares, amountMinor, amountMinor, accountId],
    );
    await scheduleShare(trx, accountId, 'USD');
  });
}
