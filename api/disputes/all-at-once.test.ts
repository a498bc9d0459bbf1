import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { closeBounties } from '../bounties/close-bounties.ts';
import { decideOverdue } from '../bounties/decide-overdue.ts';
import { settleCovers } from '../insurance/settle-covers.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { endLeftByChargebacks } from '../payments/end-charged-back.ts';
import { settleChargeback } from '../payments/settle-chargeback.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { lapseDisputes } from './attend-disputes.ts';
import { openDisputes, type Disputes } from './disputes-fixture.ts';

// Everything that can happen to one bounty happens at once: nobody is answered with a fault of ours, and in the end all money is somewhere.

let d: Disputes;
beforeAll(async () => {
  d = await openDisputes();
});
afterAll(async () => {
  expect(await findViolations(d.p.t.database)).toEqual([]);
  const { differences } = await reconcile(d.p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
  expect(differences).toEqual([]);
  await d.close();
});

const rounds = 6;

async function boosted(bountyId: string): Promise<string> {
  const { key, id } = await makeAccount(d.p.t, 'Booster');
  const { body } = await d.p.post(`/api/bounties/${bountyId}/boosts`, key, { amountMinor: 2_000 });
  await d.p.visit(body.checkoutUrl, { outcome: 'paid' });
  await d.p.settle();
  return (await d.p.t.database('checkouts').where({ bounty_id: bountyId, account_id: id }).first()).charge_id;
}

describe('a bounty that is awarded, cancelled, disputed by all and charged back at one moment', () => {
  it('answers everybody with what they can use, and ends with all its money accounted for', async () => {
    const { p } = d;
    for (let round = 0; round < rounds; round += 1) {
      const one = await d.passed();
      const { bounty } = one;
      const two = { bounty, author: await p.scored(bounty, { score: 0.9 }) };
      const charges = [await p.chargeOf(bounty.id), await boosted(bounty.id), await boosted(bounty.id)];
      if (round % 2 === 1) await d.elapse(one, 13.9);
      await closeBounties(p.t.context);
      const opened = round % 3 === 0 ? [await d.opened(two, 'owner')] : [];
      const banks = charges.map((charge) => p.stripe.control.openDispute(charge).id);
      const path = `/api/bounties/${bounty.id}`;
      const asked: Promise<JsonValue>[] = [
        d.award(one),
        d.award(two),
        d.cancel(one),
        d.cancel(one, { dryRun: true }),
        d.reject(one),
        d.restore(one),
        d.reject(two),
        d.restore(two),
        d.dispute(bounty.poster, one),
        d.dispute(one.author, one),
        d.dispute(two.author, two),
        p.post(`/api/submissions/${two.author.submissionId}/withdraw`, two.author.key),
        call(p.api, 'GET', path, { key: bounty.poster.key }),
        ...opened.flatMap((id) => [
          d.answer(id, bounty.poster),
          d.withdraw(id, two.author),
          d.decide(id, 'stands'),
          d.decide(id, 'fails'),
        ]),
      ];
      const works = [
        decideOverdue(p.t.context),
        lapseDisputes(p.t.context),
        endLeftByChargebacks(p.t.context),
        settleCovers(p.t.context),
        ...banks.map((id) => settleChargeback(p.t.context, id)),
        p.settle(),
      ];
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
      const failed = (await Promise.allSettled(works)).filter(({ status }) => status === 'rejected');
      expect(failed).toEqual([]);
      for (const [index, id] of banks.entries())
        p.stripe.control.closeDispute(id, (index + round) % 2 === 0 ? 'won' : 'lost');
      await p.settle();
      const undecided = await p.t.database('disputes').where({ bounty_id: bounty.id }).whereNull('ended_at');
      for (const { id } of undecided) {
        await p.t
          .database('disputes')
          .where({ id })
          .update({ answer_by: new Date(0) });
        expect((await d.decide(id, 'fails')).status).toBe(200);
      }
      await d.elapse(one, 30);
      await closeBounties(p.t.context);
      await endLeftByChargebacks(p.t.context);
      await decideOverdue(p.t.context);
      await p.settle();
      expect((await p.read(bounty)).state).toBeOneOf(['awarded', 'cancelled']);
      expect(await p.read(bounty)).toMatchObject({ heldMinor: 0 });
    }
  });
});
