import { beforeAll, describe, expect, it } from 'vitest';
import { call, type JsonValue } from '../../tests/support/factories.ts';
import { findLastMoment } from '../bounties/extend-review.ts';
import { inDays } from '../bounties/market-fixture.ts';
import { postWalletClawBack } from '../ledger/post-wallet.ts';
import { goesBackOn, holdingLimits, walletDays, writeDay } from '../payments/holding-limit.ts';
import { sweepPayments } from '../payments/sweep-payments.ts';
import { sendBackUnspent } from './send-back-unspent.ts';
import { openTeam, useTeam } from './wallet-fixture.ts';

// In Germany money may be held for 90 days, so that what was paid in goes back on the 87th.
const { p, team } = useTeam({ PLATFORM_COUNTRY: 'DE' });
beforeAll(async () => {
  await p.t.database('accounts').insert({ display_name: 'Admin', is_platform_admin: true });
});

/** As if it had been paid so many days ago. */
const age = (topUpId: string, days: number) =>
  p.t
    .database('top_ups')
    .where({ id: topUpId })
    .update({ paid_at: inDays(-days) });
async function paidAgo(amountMinor: number, days: number): Promise<string> {
  const id = await team.topUp(amountMinor);
  await age(id, days);
  return id;
}
/** A draft that is decided at the latest in so many days. */
const decidedIn = (days: number) => team.draft(team.owner, { deadline: inDays(days - 1), reviewDays: 1 });
const payWith = (id: string) => team.fund(team.owner, id, { source: 'wallet' });
const usesOf = async (bountyId: string): Promise<Record<string, number>> => {
  const uses: { top_up_id: string; out: string }[] = await p.t
    .database('wallet_uses as u')
    .join('checkouts as c', 'c.id', 'u.checkout_id')
    .where('c.bounty_id', bountyId)
    .select('u.top_up_id', p.t.database.raw('u.taken_minor - u.returned_minor as out'));
  return Object.fromEntries(uses.map(({ top_up_id: id, out }) => [id, Number(out)]));
};
/** What went back at Stripe to a payment. */
const sentTo = async (topUpId: string): Promise<number[]> => {
  const { payment_intent_id: intent } = await p.t.database('top_ups').where({ id: topUpId }).first();
  return p
    .objects('refunds')
    .filter((refund) => refund.payment_intent === intent && refund.status === 'succeeded')
    .map(({ amount }) => amount);
};
const told = (type: string): Promise<JsonValue[]> =>
  p.t.database('events').where({ workspace_id: team.id, type }).orderBy('seq');
const notices = (): Promise<JsonValue[]> =>
  p.t
    .database('chat_notices as n')
    .join('identities as i', 'i.id', 'n.identity_id')
    .where({ 'i.account_id': team.owner.id, 'n.kind': 'wallet_goes_back' })
    .orderBy('n.created_at')
    .pluck('n.payload');

describe('money in a wallet', () => {
  it('is said to go back on an exact day, before it is paid in and while it is there', async () => {
    const body = { amountMinor: 20_000, currency: 'USD', dryRun: true };
    const preview = (await p.post(`/api/wallets/${team.slug}/top-ups`, team.owner.key, body)).body;
    const day = writeDay(goesBackOn(p.t.context, new Date()));
    expect(Date.parse(day) - Date.parse(writeDay(new Date()))).toBe(87 * 86_400_000);
    expect(preview).toMatchObject({ goesBackOn: day, terms: expect.stringContaining(`on ${day} (UTC)`) });
    await paidAgo(5_000, 40);
    await paidAgo(2_000, 40);
    await team.topUp(4_000);
    expect((await team.look(team.owner)).body.balances).toEqual([
      {
        currency: 'USD',
        balanceMinor: 11_000,
        goesBack: { on: writeDay(goesBackOn(p.t.context, new Date(inDays(-40)))), amountMinor: 7_000 },
      },
    ]);
  });

  it('may stay for less long than it may be held at all, and half of a short limit is enough to tell of it', () => {
    expect(walletDays('US')).toEqual({ staysDays: 730 - holdingLimits.walletMarginDays, toldBeforeDays: 14 });
    expect(walletDays('TH')).toEqual({ staysDays: 10 - holdingLimits.walletMarginDays, toldBeforeDays: 5 });
  });

  it('is spent from the oldest payment first that may stay until the bounty is decided', async () => {
    const [old, newer] = [await paidAgo(20_000, 80), await paidAgo(20_000, 1)];
    const [soon, late] = [await decidedIn(6), await decidedIn(40)];
    await payWith(late);
    expect(await usesOf(late)).toEqual({ [newer]: 11_500 });
    await payWith(soon);
    expect(await usesOf(soon)).toEqual({ [old]: 11_500 });
    const both = await decidedIn(5);
    await payWith(both);
    expect(await usesOf(both)).toEqual({ [old]: 8_500, [newer]: 3_000 });
  });

  it('is refused to a bounty that is decided only after it must go back, and the sentence says what to do', async () => {
    await paidAgo(20_000, 80);
    const late = await decidedIn(40);
    for (const dryRun of [true, false])
      expect(await team.fund(team.owner, late, { source: 'wallet', dryRun })).toMatchObject({
        status: 409,
        body: {
          code: 'insufficient_funds',
          detail: expect.stringMatching(
            /Of the 200\.00 USD in the wallet 0\.00 USD may be held until .*top the wallet up with 115\.00 USD/,
          ),
        },
      });
    expect(await team.balance()).toBe(20_000n);
    await team.topUp(11_500);
    expect((await payWith(late)).status).toBe(200);
  });

  it('that comes back of a bounty keeps the day of the payment it was taken from', async () => {
    const [old, newer] = [await paidAgo(20_000, 80), await paidAgo(20_000, 1)];
    const [first, second] = [await decidedIn(5), await decidedIn(5)];
    await payWith(first);
    await payWith(second);
    await p.post(`/api/bounties/${first}/cancel`, team.owner.key);
    expect(await usesOf(first)).toEqual({ [old]: 0 });
    await age(old, 87);
    await sendBackUnspent(p.t.context);
    await p.settle();
    expect(await sentTo(old)).toEqual([11_500]);
    expect(await usesOf(second)).toEqual({ [old]: 8_500, [newer]: 3_000 });
    // What comes back after its day goes on to its payment at once.
    await p.post(`/api/bounties/${second}/cancel`, team.owner.key);
    await sendBackUnspent(p.t.context);
    await p.settle();
    expect((await sentTo(old)).toSorted((a, b) => a - b)).toEqual([8_500, 11_500]);
    expect(await team.balance()).toBe(20_000n);
  });

  it('limits how long a dispute may prolong the review of a bounty that was paid of it', async () => {
    const old = await paidAgo(20_000, 60);
    const id = await decidedIn(5);
    await payWith(id);
    const { paid_at: paidAt } = await p.t.database('top_ups').where({ id: old }).first();
    const last = await findLastMoment(p.t.context, p.t.database, id);
    const limitMs = goesBackOn(p.t.context, paidAt).getTime() + holdingLimits.walletMarginDays * 86_400_000;
    expect(last?.getTime()).toBe(limitMs - 86_400_000);
  });
});

describe('money that was not spent', () => {
  it('is told of once, two weeks before it goes back, in private to owners and admins', async () => {
    await p.t
      .database('identities')
      .insert({ account_id: team.owner.id, provider: 'slack', external_id: `T1:${team.id}` });
    const near = await paidAgo(5_000, 72);
    await sendBackUnspent(p.t.context);
    expect(await told('wallet.goes_back')).toEqual([]);
    await age(near, 73);
    await paidAgo(2_000, 73);
    await Promise.all([sendBackUnspent(p.t.context), sendBackUnspent(p.t.context)]);
    await sendBackUnspent(p.t.context);
    const day = writeDay(goesBackOn(p.t.context, new Date(inDays(-73))));
    const events = await told('wallet.goes_back');
    expect(new Set(events.map(({ account_id: id }) => id))).toEqual(new Set([team.owner.id, team.admin.id]));
    expect(events).toHaveLength(2);
    expect(events[0].payload).toEqual({ amountMinor: 7_000, currency: 'USD', goesBackOn: day });
    expect(await notices()).toMatchObject([{ amountMinor: 7_000, goesBackOn: day }]);
    expect(await team.balance()).toBe(7_000n);
  });

  it('goes back to its payment on its day, once, whoever sweeps, with a line in audit, history and statement', async () => {
    const [old, newer] = [await paidAgo(20_000, 86), await team.topUp(4_000)];
    await sendBackUnspent(p.t.context);
    expect(await team.balance()).toBe(24_000n);
    await age(old, 87);
    const id = await decidedIn(2);
    expect((await payWith(id)).status).toBe(409);
    await Promise.all([1, 2, 3].map(() => sendBackUnspent(p.t.context)));
    await sendBackUnspent(p.t.context);
    expect(await team.balance()).toBe(4_000n);
    await p.settle();
    expect(await sentTo(old)).toEqual([20_000]);
    expect(await sentTo(newer)).toEqual([]);
    expect((await team.history(team.owner)).body.data[0]).toMatchObject({
      what: 'sent back unspent, as it may be kept no longer',
      who: null,
      reason: expect.stringContaining('87 days'),
      amountMinor: -20_000,
      balanceMinor: 4_000,
    });
    const audit = await p.t.database('security_audit_log').where({ action: 'wallet.sent_back', subject: team.id });
    expect(audit).toMatchObject([{ account_id: null, details: { amountMinor: 20_000, parts: [{ topUpId: old }] } }]);
    expect(await told('wallet.sent_back')).toMatchObject([
      { payload: { amountMinor: 20_000, currency: 'USD', goesBackOn: null } },
      { payload: { amountMinor: 20_000 } },
    ]);
    const path = `/api/workspaces/${team.slug}/statement`;
    const { lines } = (await call(p.api, 'GET', path, { key: team.owner.key })).body;
    expect(lines.at(-1)).toMatchObject({ what: 'sent back', amountMinor: -20_000, balanceMinor: 4_000 });
  });

  it('goes back once when the answer to its refund is lost, or the worker dies before it is asked for', async () => {
    const old = await paidAgo(5_000, 90);
    p.stripe.control.setFaults({ loseAnswers: { next: 3, how: 'reset', match: 'POST /v1/refunds' } });
    await p.t.database('payment_sweep').update({ swept_at: new Date(0) });
    await sweepPayments(p.t.context);
    // Whoever swept has died here: another goes on with what it committed.
    await p.settle();
    await sendBackUnspent(p.t.context);
    await p.settle();
    p.stripe.control.setFaults({ loseAnswers: null });
    await p.settle();
    expect(await sentTo(old)).toEqual([5_000]);
    expect(await team.balance()).toBe(0n);
  });

  it('is in the wallet again when its card does not take it; that is told, and it is not sent by itself again', async () => {
    const old = await paidAgo(5_000, 90);
    await sendBackUnspent(p.t.context);
    await p.settle();
    const refund = p.objects('refunds').findLast(({ metadata }) => metadata.workspace_id === team.id);
    p.stripe.control.failRefund(refund.id);
    await p.settle();
    expect(await team.balance()).toBe(5_000n);
    const returned = await told('wallet.withdrawal_returned');
    expect(new Set(returned.map(({ account_id: id }) => id))).toEqual(new Set([team.owner.id, team.admin.id]));
    expect(await told('wallet.sent_back')).toHaveLength(2);
    await sendBackUnspent(p.t.context);
    await p.settle();
    expect(await team.balance()).toBe(5_000n);
    expect(await sentTo(old)).toEqual([]);
    const alarms = await p.t.database('events').where({ type: 'payment.needs_attention' });
    expect(alarms.some(({ payload }) => JSON.stringify(payload).includes('did not take the refund'))).toBe(true);
  });

  it('waits while the wallet is frozen, and while settlement is stopped', async () => {
    const [old, other] = [await paidAgo(5_000, 90), await team.topUp(1_000)];
    const { charge_id: charge } = await p.t.database('top_ups').where({ id: other }).first();
    const dispute = p.stripe.control.openDispute(charge);
    await p.settle();
    await sendBackUnspent(p.t.context);
    expect(await team.balance()).toBe(6_000n);
    p.stripe.control.closeDispute(dispute.id, 'won');
    await p.settle();
    await p.t.database('ledger.settlement_stop').insert({ reason: 'a test' });
    await sendBackUnspent(p.t.context);
    expect(await team.balance()).toBe(6_000n);
    await p.t.database('ledger.settlement_stop').delete();
    await sendBackUnspent(p.t.context);
    await p.settle();
    expect(await sentTo(old)).toEqual([5_000]);
  });

  it('that cannot be sent back keeps no other wallet waiting', async () => {
    const broken = await paidAgo(5_000, 90);
    Object.assign(team, await openTeam(p));
    const other = await paidAgo(3_000, 90);
    await p.t.database.raw(`create function refuse_one() returns trigger language plpgsql as $$
      begin if new.top_up_id = '${broken}' then raise 'a fault of ours'; end if; return new; end $$;
      create trigger refuse_one before insert on refunds for each row execute function refuse_one()`);
    await sendBackUnspent(p.t.context);
    await p.t.database.raw('drop trigger refuse_one on refunds; drop function refuse_one');
    await p.settle();
    expect([await sentTo(broken), await sentTo(other)]).toEqual([[], [3_000]]);
    await sendBackUnspent(p.t.context);
    await p.settle();
    expect(await sentTo(broken)).toEqual([5_000]);
  });

  it('goes back in steps that a card takes, and what is less stays', async () => {
    const old = await team.topUp(10_000, team.owner, 'KWD');
    await age(old, 90);
    // As after a chargeback that took compensations too, which come in any amount.
    await p.t.database.transaction((trx) =>
      postWalletClawBack(trx, {
        key: `odd:${old}`,
        workspaceId: team.id,
        currency: 'KWD',
        amountMinor: 2n,
        actor: null,
      }),
    );
    await sendBackUnspent(p.t.context);
    await p.settle();
    expect(await sentTo(old)).toEqual([9_990]);
    expect(await team.balance('KWD')).toBe(8n);
    expect(await sendBackUnspent(p.t.context)).toBe(0);
  });
});
