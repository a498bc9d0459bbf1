import { describe, expect, it } from 'vitest';
import { accountBalance } from '../ledger/find-balances.ts';
import { usePayments } from './payments-fixture.ts';
import { runPaymentTasks } from './run-payment-tasks.ts';
import { settleChargeback } from './settle-chargeback.ts';

const p = usePayments();

const atStripe = () =>
  p
    .objects('balanceEntries')
    .filter(({ owner }) => owner === 'platform')
    .reduce((sum, { transaction }) => sum + BigInt(transaction.net), 0n);

/** A payout whose transfer was made while nobody heard the answer, and then the bounty's money is frozen. */
async function sendUnheard() {
  const winner = await p.payee();
  const bounty = await p.funded();
  await p.release(bounty.id, winner.id);
  p.stripe.control.setWebhooks({ hold: true });
  p.stripe.control.setFaults({ loseAnswers: { next: 100, how: 'truncated', match: 'POST /v1/transfers' } });
  await runPaymentTasks(p.t.context);
  p.stripe.control.setFaults({ loseAnswers: null });
  const dispute = p.stripe.control.openDispute(await p.chargeOf(bounty.id));
  await settleChargeback(p.t.context, dispute.id);
  expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'waiting', transfer_id: null });
  expect(p.transfersOf(bounty.id)).toHaveLength(1);
  p.stripe.control.setWebhooks({ hold: false });
  return { bounty, winner, dispute };
}

describe('a transfer whose answer was lost before its bounty was frozen', () => {
  it('is booked from its event, so that cash stays what Stripe has', async () => {
    const { bounty, winner, dispute } = await sendUnheard();
    p.stripe.control.closeDispute(dispute.id, 'lost');
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent', transfer_id: p.transfersOf(bounty.id)[0].id });
    expect(await accountBalance(p.t.database, `payable:${winner.id}`, 'USD')).toBe(0n);
    expect(await accountBalance(p.t.database, 'cash', 'USD')).toBe(atStripe());
    const told = await p.t.database('events').where({ type: 'payout.sent', account_id: winner.id });
    expect(told).toHaveLength(1);
  });

  it('is neither made nor booked again when the chargeback is won', async () => {
    const { bounty, dispute } = await sendUnheard();
    p.stripe.control.closeDispute(dispute.id, 'won');
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
    expect(await accountBalance(p.t.database, 'cash', 'USD')).toBe(atStripe());
  });
});
