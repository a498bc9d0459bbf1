import { describe, expect, it } from 'vitest';
import { makeAccount } from '../../tests/support/factories.ts';
import { accountBalance } from '../ledger/find-balances.ts';
import { LeaseLost, claimTasks } from './payment-task.ts';
import { usePayments } from './payments-fixture.ts';
import { sendPayout } from './send-payout.ts';
import { stripeClient } from './stripe-client.ts';

const p = usePayments();

const owed = (accountId: string) => accountBalance(p.t.database, `payable:${accountId}`, 'USD');
const sentTransfers = () =>
  p.stripe.control.requests().filter(({ method, path }) => method === 'POST' && path === '/v1/transfers').length;

async function alarmsOf(account: { id: string }): Promise<string[]> {
  const rows = await p.t.database('events').where({ type: 'payment.needs_attention', account_id: account.id });
  return rows.map(({ payload }) => payload.topic as string);
}

describe('a payout', () => {
  it('leaves from the payment that funded the bounty, under its group', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
    expect(p.transfersOf(bounty.id)).toMatchObject([
      {
        amount: 10_000,
        destination: winner.stripeAccountId,
        transfer_group: `bounty:${bounty.id}`,
        source_transaction: await p.chargeOf(bounty.id),
      },
    ]);
    expect(await owed(winner.id)).toBe(0n);
  });

  it.each(['reset', 'truncated'] as const)('is made once when the answer is lost (%s)', async (how) => {
    const winner = await p.payee();
    const bounty = await p.funded();
    p.stripe.control.setFaults({ loseAnswers: { next: 3, how, match: 'POST /v1/transfers' } });
    await p.release(bounty.id, winner.id);
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
  });

  it('is found when Stripe made it and keeps answering that it failed', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    p.stripe.control.setFaults({ failNext: { next: 1, status: 500, executed: true, match: 'POST /v1/transfers' } });
    await p.release(bounty.id, winner.id);
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
  });

  it('fails with its reason when the account cannot be paid, stays owed, and leaves once it can', async () => {
    const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
    const winner = await p.payee();
    const bounty = await p.funded();
    p.stripe.control.setWebhooks({ drop: true });
    p.stripe.control.setRecipient(winner.stripeAccountId, 'restricted');
    p.stripe.control.setWebhooks({ drop: false });
    await p.release(bounty.id, winner.id);
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({
      state: 'failed',
      problem: expect.stringContaining('capabilities'),
    });
    expect(await owed(winner.id)).toBe(10_000n);
    expect(await alarmsOf(admin)).toContain('send_payout');

    p.stripe.control.setRecipient(winner.stripeAccountId, 'active');
    await p.settle();
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent', problem: null });
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
    expect(await owed(winner.id)).toBe(0n);
  });

  it('that Stripe takes back is owed again and waits for a person', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    await p.settle();
    const { transfer_id: transferId } = await p.payoutOf(bounty.id);
    const stripe = stripeClient(p.t.context.config);
    await stripe.transfers.createReversal(transferId, { amount: 4_000 });
    await p.settle();
    expect(await owed(winner.id)).toBe(4_000n);
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent', reversed_minor: 4_000n });
    await stripe.transfers.createReversal(transferId);
    await p.settle();
    expect(await owed(winner.id)).toBe(10_000n);
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'failed', reversed_minor: 10_000n });
    p.stripe.control.setRecipient(winner.stripeAccountId, 'pending');
    p.stripe.control.setRecipient(winner.stripeAccountId, 'active');
    await p.settle();
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
  });

  it('is not stored by a worker that was asleep over its lease while another one finished', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    const [asleep] = await claimTasks(p.t.context, 1);
    if (asleep === undefined) throw new Error('no task was due');
    await p.t
      .database('payment_tasks')
      .where({ id: String(asleep.id) })
      .update({ lease_until: new Date(0) });
    await p.settle();
    const sent = await p.payoutOf(bounty.id);
    expect(sent).toMatchObject({ state: 'sent' });
    await expect(sendPayout(p.t.context, asleep)).rejects.toBeInstanceOf(LeaseLost);
    expect(await p.payoutOf(bounty.id)).toEqual(sent);
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
  });
});

describe('a payout whose answer was lost a day ago', () => {
  it('is looked for, not sent again under a key that Stripe has forgotten', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    p.stripe.control.setFaults({ loseAnswers: { next: 1, how: 'truncated', match: 'POST /v1/transfers' } });
    await p.release(bounty.id, winner.id);
    const [task] = await claimTasks(p.t.context, 1);
    if (task === undefined) throw new Error('no task was due');
    await expect(sendPayout(p.t.context, task)).rejects.toThrow();
    expect(p.transfersOf(bounty.id)).toHaveLength(1);
    const before = sentTransfers();
    await sendPayout(p.t.context, { ...task, firstAttemptAt: new Date(Date.now() - 23 * 3_600_000 - 1) });
    expect(sentTransfers()).toBe(before);
    expect(await p.payoutOf(bounty.id)).toMatchObject({ state: 'sent' });
  });
});
