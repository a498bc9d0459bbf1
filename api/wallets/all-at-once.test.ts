import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { inDays } from '../bounties/market-fixture.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { settleChargeback } from '../payments/settle-chargeback.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { sendBackUnspent } from './send-back-unspent.ts';
import { openTeam } from './wallet-fixture.ts';

// A wallet is spent, taken out of, swept, filled by what bounties give back, and charged back, all at one moment.

let p: Payments;
beforeAll(async () => {
  p = await openPayments({ PLATFORM_COUNTRY: 'DE' });
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  const found = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
  expect(found.differences).toEqual([]);
  await p.close();
});

const rounds = 4;

/** Payments of which more went somewhere than was paid. */
async function overdrawn(workspaceId: string): Promise<JsonValue[]> {
  const { rows } = await p.t.database.raw(
    `select t.id from top_ups t where t.workspace_id = ? and t.amount_minor
       < coalesce((select sum(r.amount_minor) from refunds r where r.top_up_id = t.id and r.state <> 'failed'), 0)
       + coalesce((select sum(u.taken_minor - u.returned_minor) from wallet_uses u where u.top_up_id = t.id), 0)`,
    [workspaceId],
  );
  return rows;
}

describe('a wallet that everything happens to at once', () => {
  it('answers everybody with what they can use, and no payment gives more than it was', async () => {
    const admin = await makeAccount(p.t, 'Root', { isPlatformAdmin: true });
    for (let round = 0; round < rounds; round += 1) {
      const team = await openTeam(p);
      const paid = [await team.topUp(30_000), await team.topUp(20_000), await team.topUp(25_000)];
      const soon = { deadline: inDays(3), reviewDays: 1 };
      const [cancelled, awarded, first, second] = [
        await team.draft(team.owner, soon),
        await team.draft(team.owner, soon),
        await team.draft(team.owner, soon),
        await team.draft(team.admin, soon),
      ];
      for (const id of [cancelled, awarded]) await team.fund(team.owner, id, { source: 'wallet' });
      const winner = await p.scored({ id: awarded });
      await p.t
        .database('top_ups')
        .where({ id: paid[0] })
        .update({ paid_at: inDays(-88) });
      const { charge_id: charge } = await p.t.database('top_ups').where({ id: paid[1] }).first();
      // So that no payout has to wait for money that is on its way to our balance.
      for (const { transaction } of p.objects('balanceEntries')) transaction.available_on = 0;
      const bank = p.stripe.control.openDispute(charge).id;
      const take = (amountMinor: number) => team.withdraw(team.owner, { amountMinor, reason: 'Unused.' });
      const asked: Promise<JsonValue>[] = [
        team.fund(team.owner, first, { source: 'wallet' }),
        team.fund(team.admin, second, { source: 'wallet' }),
        take(4_000),
        take(6_000),
        p.post(`/api/bounties/${cancelled}/cancel`, team.owner.key),
        p.post(`/api/bounties/${awarded}/award`, team.owner.key, { submissionId: winner.submissionId }),
        team.look(team.owner),
        team.history(team.owner),
      ];
      const works = [
        sendBackUnspent(p.t.context),
        sendBackUnspent(p.t.context),
        settleChargeback(p.t.context, bank),
        p.settle(),
      ];
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
      expect((await Promise.allSettled(works)).filter(({ status }) => status === 'rejected')).toEqual([]);
      p.stripe.control.closeDispute(bank, round % 2 === 0 ? 'won' : 'lost');
      await p.settle();
      for (const action of ['withhold', 'pay'])
        await p.post(`/api/admin/chargebacks/${bank}/decide`, admin.key, { action, reason: 'So it is.' });
      await sendBackUnspent(p.t.context);
      await p.settle();
      expect(await overdrawn(team.id)).toEqual([]);
      expect((await team.look(team.owner)).body.frozenReason).toBeNull();
    }
  });
});
