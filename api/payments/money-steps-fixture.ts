import type { JsonValue } from '../../tests/support/factories.ts';
import { expect } from 'vitest';
import { applyStripeEvent } from './apply-stripe-event.ts';
import { chargebackSteps } from './money-chargebacks-fixture.ts';
import { coverSteps } from './money-cover-fixture.ts';
import { disputeSteps, findUndecided } from './money-dispute-fixture.ts';
import { walletSteps } from './money-wallet-fixture.ts';
import { isRefusal } from './is-refusal.ts';
import { giftSteps } from './money-gifts-fixture.ts';
import { chargesOf, newsOf, note, sessionsOf, type Step, type Subject, type World } from './money-model-fixture.ts';
import { claimTasks, LeaseLost } from './payment-task.ts';
import { runPaymentTasks } from './run-payment-tasks.ts';
import { sendPayout } from './send-payout.ts';
import { sendRefund } from './send-refund.ts';
import { stripeClient } from './stripe-client.ts';
import { sweepPayments } from './sweep-payments.ts';

/** Everything that can happen to money, by name; see money-model.test.ts for how often each is drawn. */
export const steps = {
  ...giftSteps,
  ...chargebackSteps,
  /** Asks for the page and pays on it. */
  async pay(world, bounty) {
    await fund(world, bounty);
    const open = sessionsOf(world, bounty).find(({ status }) => status === 'open');
    if (open === undefined) return;
    await world.p.visit(open.url, { outcome: 'paid' });
    if (chargesOf(world, bounty).length > 1) note(world, 'paid twice');
  },
  async decline(world, bounty, n) {
    await fund(world, bounty);
    const open = sessionsOf(world, bounty).find(({ status }) => status === 'open');
    if (open !== undefined) await world.p.visit(open.url, { outcome: n % 2 === 0 ? 'failed' : 'abandoned' });
  },
  /** Two pages are open and both are paid on, as by two people. */
  async payTwice(world, bounty) {
    await fund(world, bounty);
    await world.p.t
      .database('checkouts')
      .where({ bounty_id: bounty.id, state: 'open' })
      .update({ expires_at: new Date(Date.now() - 1_000) });
    await fund(world, bounty);
    for (const { status, url } of sessionsOf(world, bounty))
      if (status === 'open') await world.p.visit(url, { outcome: 'paid' });
    if (chargesOf(world, bounty).length > 1) note(world, 'paid twice');
  },
  award: (world, bounty, n) => unlessFrozen(world, bounty, () => award(world, bounty, n)),
  cancel: (world, bounty) => unlessFrozen(world, bounty, () => cancel(world, bounty)),
  /** Two awards and a cancellation at once, while the tasks run. */
  async race(world, bounty, n) {
    await Promise.all([
      award(world, bounty, n),
      cancel(world, bounty),
      award(world, bounty, n + 1),
      runPaymentTasks(world.p.t.context),
    ]);
  },
  async failRefund(world, bounty, n) {
    const sent = world.p.refundsOf(bounty.id).filter(({ status }) => status === 'succeeded');
    if (sent.length === 0) return;
    world.p.stripe.control.failRefund(sent[n % sent.length].id);
    note(world, 'refund failed');
  },
  async reverseTransfer(world, bounty, n) {
    const sent = world.p.transfersOf(bounty.id).filter(({ reversed }) => !reversed);
    if (sent.length === 0) return;
    const { id, amount, amount_reversed: reversed } = sent[n % sent.length];
    const left = amount - reversed;
    const part = n % 2 === 0 && left > 1 ? { amount: Math.ceil(left / 3) } : {};
    // The answer may be lost, as any; the money came back all the same.
    const reversal = stripeClient(world.p.t.context.config).transfers.createReversal(id, part);
    await reversal.catch((error: unknown) => expect(isRefusal(error)).toBe(false));
    note(world, 'payout reversed');
  },
  /** A payee may be paid no more, or may be again; the second one begins by setting up. */
  async changePayee(world, _bounty, n) {
    const winner = world.winners[n % 2];
    const payee = await world.p.t.database('payees').where({ account_id: winner?.id }).first();
    if (payee === undefined) {
      const { body } = await world.p.post('/api/payouts/setup', winner?.key ?? '', { country: 'FR' });
      await world.p.visit(body.onboardingUrl, { outcome: 'complete' });
      return;
    }
    const states = ['restricted', 'active', 'active'] as const;
    world.p.stripe.control.setRecipient(payee.stripe_account_id, states[(n >> 1) % 3] ?? 'active');
  },
  /** Some of Stripe's news arrive, in any order, some twice, some as two events about the same. */
  deliver: async (world, _bounty, n, order) => deliver(world, n, order),
  /** What is due is done, but nothing that waits for its next try. */
  async workOnTime(world) {
    await runPaymentTasks(world.p.t.context);
  },
  async work(world) {
    await makeDue(world);
    await runPaymentTasks(world.p.t.context);
  },
  /** News arrive and are worked on until nothing is left, as on any quiet day. */
  async quietDay(world) {
    for (let round = 0; round < 4; round += 1) {
      await deliver(world, 0, []);
      await makeDue(world);
      if ((await runPaymentTasks(world.p.t.context)) === 0) return;
    }
  },
  /** Stripe does what it is asked and its answer is lost, or is that it failed. */
  async loseAnswers(world, _bounty, n) {
    const match = n % 2 === 0 ? 'POST /v1/transfers' : 'POST /v1/refunds';
    const next = 1 + (n % 3);
    if (n % 4 < 2) world.p.stripe.control.setFaults({ loseAnswers: { next, how: 'truncated', match } });
    else world.p.stripe.control.setFaults({ failNext: { next: 1, status: 500, executed: true, match } });
  },
  /** A worker claims what is due and sleeps over its lease; others finish, and then it goes on. */
  async oversleep(world) {
    const { context, database } = world.p.t;
    await makeDue(world);
    const asleep = await claimTasks(context, 3);
    await database('payment_tasks')
      .where({ state: 'leased' })
      .update({ lease_until: new Date(0) });
    await runPaymentTasks(context);
    const work = { apply_event: applyStripeEvent, send_payout: sendPayout, send_refund: sendRefund };
    for (const task of asleep) {
      const ends = await work[task.topic](context, task).then(
        () => 'done',
        (error: unknown) => error,
      );
      // Done would mean that its result counts beside the other's.
      expect(ends === 'done' && (await isFinished(world, task.id))).toBe(false);
      if (ends instanceof LeaseLost) note(world, 'lease lost');
    }
  },
  async sweep(world) {
    await sweep(world);
  },
  ...coverSteps,
  ...walletSteps,
  ...disputeSteps,
} satisfies Record<string, Step>;

/** Whether another worker has finished a task: then the one who overslept must have been refused. */
async function isFinished(world: World, id: bigint): Promise<boolean> {
  const row = await world.p.t
    .database('payment_tasks')
    .where({ id: String(id) })
    .first('state', 'attempt');
  return row.state === 'done' && row.attempt > 1;
}

async function fund({ p }: World, bounty: Subject): Promise<void> {
  const { status } = await p.post(`/api/bounties/${bounty.id}/fund`, bounty.poster.key);
  expect([200, 409]).toContain(status);
}

/** To one winner, to both, or to both in unequal parts; whatever does not fit the bounty's mode is refused. */
async function award(world: World, bounty: Subject, n: number): Promise<void> {
  const [one, two] = bounty.submissionIds;
  const choices = [
    [{ submissionId: one }],
    [{ submissionId: one }, { submissionId: two }],
    [{ submissionId: two }],
    [
      { submissionId: one, share: 2 },
      { submissionId: two, share: 1 },
    ],
  ];
  const shares = choices[n % choices.length] ?? [];
  const answer = await world.p.post(`/api/bounties/${bounty.id}/award`, bounty.poster.key, { shares });
  const paid: { submissionId: string; amountMinor: number }[] = answer.body.receipt?.receipt.awards ?? [];
  const told = paid.map(({ submissionId, amountMinor }) => `${submissionId} ${amountMinor}`).join(', ');
  decide(bounty, answer, `award ${told}`);
  if (answer.status === 200) note(world, `awarded to ${shares.length}`);
}

async function cancel(world: World, bounty: Subject): Promise<void> {
  const answer = await world.p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
  decide(bounty, answer, 'cancel');
  if (answer.status === 200 && answer.body.refundMinor > 0) note(world, 'cancelled with money');
}

/** Frozen money, and that of a bounty with a dispute, is where it was after anybody tried to move it. */
async function unlessFrozen(world: World, bounty: Subject, move: () => Promise<void>): Promise<void> {
  const before = await findHold(world, bounty);
  const disputed = await findUndecided(world, bounty);
  await move();
  if (before?.frozen_reason || disputed !== undefined) expect(await findHold(world, bounty)).toEqual(before);
}

function findHold({ p }: World, bounty: Subject): Promise<JsonValue> {
  return p.t.database('ledger.holds').where({ bounty_id: bounty.id }).first();
}

/** One decision wins for ever; who decides the same again is answered the same, everybody else hears of a conflict. */
function decide(bounty: Subject, answer: { status: number; body: JsonValue }, decision: string): void {
  if (answer.status === 200) {
    bounty.decided ??= decision;
    expect(decision).toBe(bounty.decided);
    return;
  }
  expect([answer.status, answer.body.code]).toEqual([
    expect.toBeOneOf([409, 422]),
    expect.toBeOneOf(['illegal_state', 'insufficient_funds', 'invalid_value']),
  ]);
}

/** `n` leaves out a share of the news, which arrive later or never; `order` says when each comes and whether it comes again. */
async function deliver(world: World, n: number, order: number[]): Promise<void> {
  const pick = (index: number) => order[index % Math.max(order.length, 1)] ?? 0;
  const news = newsOf(world)
    .map((event, index) => ({ event, at: order.length === 0 ? index : pick(index) % 97, again: pick(index + 1) % 4 }))
    .filter((_, index) => n % 3 === 0 || (n + index) % 3 !== 0)
    .toSorted((a, b) => a.at - b.at);
  for (const { event, again } of news) {
    world.heard.add(event.id);
    const copies =
      again === 1 ? [event, event] : again === 2 ? [event, { ...event, id: `${event.id}_again` }] : [event];
    for (const copy of copies) expect((await world.p.send(copy)).status).toBe(200);
  }
}

/** Whatever waits for its next try may have it now. */
export async function makeDue({ p }: World): Promise<void> {
  await p.t
    .database('payment_tasks')
    .where({ state: 'pending' })
    .update({ run_at: new Date(0) });
}

/** The sweep as it comes a minute later, reading no further back than this run. */
export async function sweep({ p, startedAt }: World): Promise<void> {
  const until = new Date(startedAt.getTime() + 15 * 60_000 - 1_000);
  await p.t.database('payment_sweep').update({ swept_at: new Date(0), events_until: until });
  await p.t.database('payees').update({ checked_at: new Date(0) });
  await sweepPayments(p.t.context);
}
