import { describe, expect, it } from 'vitest';
import { makeAccount } from '../../tests/support/factories.ts';
import { useAffiliates, type Account } from './affiliate-fixture.ts';
import { lockShares, reverseShares } from './reverse-shares.ts';
import { scheduleShare } from './schedule-shares.ts';

const { p, a } = useAffiliates();

/** Whatever is written for this account in this table fails, until the answer is called. */
async function fail(table: 'payouts' | 'affiliate_reversals', { id }: Account): Promise<() => Promise<void>> {
  const { database } = p.t;
  await database.raw(`
    create function fail_now() returns trigger language plpgsql as $$ begin
      if new.account_id = '${id}' then raise exception 'the disk is full'; end if; return new; end $$;
    create trigger fail_now before insert on ${table} for each row execute function fail_now()`);
  return async () => {
    await database.raw(`drop trigger fail_now on ${table}; drop function fail_now()`);
  };
}

const alarmsOf = (admin: Account, topic: string) =>
  p.t
    .database('events')
    .where({ type: 'payment.needs_attention', account_id: admin.id })
    .whereRaw(`payload->>'topic' = ?`, [topic]);

describe('one affiliate whose payout fails', () => {
  it('keeps no other waiting, is tried again, and the admins are told once each time that it begins', async () => {
    const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
    const owns = [await a.affiliate(), await a.affiliate(), await a.affiliate()] as const;
    for (const own of owns) await a.award(await a.bountyOf(await a.invitedBy(own), { rewardMinor: 200_000 }));
    const [first, unlucky, last] = owns;
    for (const times of [1, 2]) {
      const mend = await fail('payouts', unlucky);
      expect(await a.payMonth()).toBe(times === 1 ? 2 : 0);
      expect(await a.payMonth()).toBe(0);
      expect(await Promise.all([first, unlucky, last].map((own) => a.balance(own)))).toEqual([0n, 3_000n, 0n]);
      expect(await alarmsOf(admin, 'affiliate_payout')).toHaveLength(1);
      expect(await p.t.database('affiliate_problems')).toMatchObject([
        { subject: `${unlucky.id} USD`, times: 2 * times, problem: expect.stringContaining('the disk is full') },
      ]);
      await mend();
    }
    expect(await a.payMonth()).toBe(1);
    expect(await a.balance(unlucky)).toBe(0n);
    expect(await p.t.database('affiliate_problems')).toEqual([]);
    const [alarm] = await alarmsOf(admin, 'affiliate_payout');
    expect(alarm.payload.problem).toContain('it is tried again every hour');
  });
});

describe('one share that cannot be taken back', () => {
  it('keeps no other waiting, and its affiliate is paid nothing until it is', async () => {
    const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
    const owns = [await a.affiliate(), await a.affiliate()] as const;
    const [unlucky, other] = owns;
    for (const own of owns) {
      const poster = await a.invitedBy(own);
      await a.award(await a.bountyOf(poster, { rewardMinor: 200_000 }));
      const lost = await a.bountyOf(poster);
      await a.award(lost);
      await a.lose(lost);
    }
    const mend = await fail('affiliate_reversals', unlucky);
    expect(await reverseShares(p.t.context)).toBe(1);
    expect(await a.payMonth()).toBe(1);
    expect(await Promise.all(owns.map((own) => a.balance(own)))).toEqual([3_150n, 0n]);
    expect(await alarmsOf(admin, 'affiliate_reversal')).toHaveLength(1);
    await mend();
    expect(await reverseShares(p.t.context)).toBe(1);
    expect(await a.payMonth()).toBe(1);
    expect(await a.balance(unlucky)).toBe(0n);
    const paid = await p.t.database('payouts').whereIn('account_id', [unlucky.id, other.id]).orderBy('created_at');
    expect(paid.map(({ amount_minor: minor }) => minor)).toEqual([3_000n, 3_000n]);
    expect(await p.t.database('affiliate_problems')).toEqual([]);
  });
});

describe('the first share in another currency', () => {
  it('is earned while what is there already is paid, so that nobody waits in a circle', async () => {
    const own = await a.affiliate();
    const { database } = p.t;
    await database.transaction(async (paying) => {
      await lockShares(paying, own.id, 'USD');
      await database.transaction(async (earning) => {
        await earning.raw(`set local lock_timeout = '2s'`);
        await scheduleShare(earning, own.id, 'EUR');
      });
    });
    expect(await database('affiliate_schedule').where({ account_id: own.id })).toMatchObject([{ currency: 'EUR' }]);
  });
});
