import type { Context } from '../platform/context.ts';
import { applyStripeEvent } from './apply-stripe-event.ts';
import { countRefusal, giveUpTask, lockSubject } from './give-up-task.ts';
import { isRefusal } from './is-refusal.ts';
import { alarmAdmins } from './alarm-admins.ts';
import { claimTasks, failTask, LeaseLost, type PaymentTask } from './payment-task.ts';
import { returnWithdrawal } from './return-withdrawal.ts';
import { sendPayout } from './send-payout.ts';
import { sendRefund } from './send-refund.ts';

const batch = 20;
const atOnce = 4;
// With pauses of 15 minutes about a day and a half.
const alarmAtAttempt = 150;
const waiting =
  'The balance at Stripe has not covered this for more than a day. It goes on waiting. Look whether money paid in is still pending there, and whether automatic payouts to our bank leave enough.';

/** Carries out every due payment task, a few at once. Answers how many it took. A second caller finds them leased and does nothing. */
export async function runPaymentTasks(context: Context): Promise<number> {
  let taken = 0;
  for (;;) {
    const tasks = await claimTasks(context, batch);
    if (tasks.length === 0) return taken;
    taken += tasks.length;
    const queue = [...tasks];
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let task = queue.shift(); task !== undefined; task = queue.shift()) await runTask(context, task);
      }),
    );
  }
}

async function runTask(context: Context, task: PaymentTask): Promise<void> {
  try {
    if (task.topic === 'apply_event') await applyStripeEvent(context, task);
    else if (task.topic === 'send_payout') await sendPayout(context, task);
    else await sendRefund(context, task);
  } catch (error) {
    if (error instanceof LeaseLost) return;
    await noteFailure(context, task, error);
  }
}

async function noteFailure(context: Context, task: PaymentTask, error: unknown): Promise<void> {
  const isRefused = isRefusal(error);
  const waits = isRefused && mayComeRight(error);
  const dead = isRefused && !waits;
  const { id, topic, attempt } = task;
  context.logger.warn({ err: error, task: id, topic, attempt, dead }, 'a payment task failed');
  const problem = error instanceof Error ? error.message : String(error);
  await context.database.transaction(async (trx) => {
    await lockSubject(trx, task);
    const fate = await failTask(trx, task, problem, waits ? 'patient' : dead ? 'dead' : 'usual');
    if (fate === 'lost') return;
    if (isRefused) await countRefusal(trx, task);
    if (waits && attempt === alarmAtAttempt) await alarmAdmins(trx, { topic, subject: task.subject, problem: waiting });
    if (fate === 'dead') await giveUpTask(context, trx, task, problem);
    // Only what Stripe refused was surely not sent.
    if (fate === 'dead' && isRefused && topic === 'send_refund') await returnWithdrawal(trx, task.subject);
  });
}

/** Money that is still on its way to our balance comes by itself, in some countries only after a week: it is waited for without end. */
function mayComeRight(error: { code?: string | undefined }): boolean {
  return error.code === 'balance_insufficient';
}
