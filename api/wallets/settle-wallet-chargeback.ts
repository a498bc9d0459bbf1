import type Stripe from 'stripe';
import { keptBalance } from '../ledger/find-balances.ts';
import { isPosted } from '../ledger/lock-hold.ts';
import { postWalletClawBack } from '../ledger/post-wallet.ts';
import { alarmAdmins } from '../payments/alarm-admins.ts';
import { keepsBack } from '../payments/is-disputed.ts';
import { bookChargeback, isLost, stateOf, storeChargeback } from '../payments/record-chargeback.ts';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import { recordEvent } from '../platform/realtime/record-event.ts';
import { lockWallet } from './lock-wallet.ts';

/**
 * Moves the chargeback of a payment into a wallet to what Stripe says of it: the wallet is frozen while one is open. A loss is taken from
 * what is left in it; what is missing then stays in `disputes`, the wallet stays frozen, and a person decides. Bounties that were paid
 * from it are not concerned: their money is held for who wins. Throws for a payment that is not known yet, so that it is tried again.
 */
export async function settleWalletChargeback(
  context: Context,
  dispute: Stripe.Dispute,
  intentId: string,
): Promise<void> {
  const topUp = await context
    .database('top_ups')
    .where({ payment_intent_id: intentId })
    .first('id', 'workspace_id', 'currency');
  if (topUp === undefined) throw new Error(`Chargeback ${dispute.id} is of a payment that is not known here`);
  const { workspace_id: workspaceId } = topUp;
  await context.database.transaction(async (trx) => {
    await lockWallet(trx, workspaceId);
    const isNews = await storeChargeback(trx, dispute, { top_up_id: topUp.id });
    await bookChargeback(trx, dispute, null);
    if (await isLost(trx, dispute.id)) await clawBack(trx, dispute, workspaceId, topUp.currency);
    await freezeOrThawWallet(trx, workspaceId);
    if (!isNews) return;
    const problem = `The chargeback of ${dispute.amount} ${dispute.currency}, paid into a wallet, is ${dispute.status} (${dispute.reason}).`;
    context.logger.error({ dispute: dispute.id, workspaceId, status: dispute.status }, 'a wallet was charged back');
    await alarmAdmins(trx, { topic: 'chargeback', subject: dispute.id, problem });
    await tell(trx, workspaceId, stateOf(dispute.status));
  });
}

/** Once for each chargeback; the wallet is locked. */
async function clawBack(
  trx: Transaction,
  dispute: Stripe.Dispute,
  workspaceId: string,
  currency: string,
): Promise<void> {
  const key = `wallet-claw-back:${dispute.id}`;
  if (await isPosted(trx, key)) return;
  const known = await trx('chargebacks').where({ id: dispute.id }).first('clawed_back_minor', 'decision');
  if (known.decision !== null) return;
  const lostMinor = dispute.balance_transactions.reduce((sum, { amount }) => sum - BigInt(amount), 0n);
  const lossMinor = lostMinor - known.clawed_back_minor;
  await takeFromWallet(trx, { key, chargebackId: dispute.id, workspaceId, currency, lossMinor, actor: null });
}

/** Takes a loss from what is in a locked wallet, as far as that goes. Answers how much was taken, in minor units. */
export async function takeFromWallet(
  trx: Transaction,
  loss: {
    key: string;
    chargebackId: string;
    workspaceId: string;
    currency: string;
    lossMinor: bigint;
    actor: string | null;
  },
): Promise<bigint> {
  const { key, chargebackId, workspaceId, currency, lossMinor, actor } = loss;
  const balanceMinor = await keptBalance(trx, `wallet:${workspaceId}`, currency);
  const takenMinor = lossMinor < balanceMinor ? lossMinor : balanceMinor;
  if (takenMinor <= 0n) return 0n;
  await postWalletClawBack(trx, { key, workspaceId, currency, amountMinor: takenMinor, actor });
  await trx('chargebacks')
    .where({ id: chargebackId })
    .update({ clawed_back_minor: trx.raw('clawed_back_minor + ?', [String(takenMinor)]) });
  return takenMinor;
}

/** A wallet is frozen while a chargeback of a payment into it is open, or lost, not covered, and not decided by a person. */
export async function freezeOrThawWallet(trx: Transaction, workspaceId: string): Promise<void> {
  const standing: { state: string }[] = await trx('chargebacks as d')
    .join('top_ups as t', 't.id', 'd.top_up_id')
    .where('t.workspace_id', workspaceId)
    .whereRaw(keepsBack)
    .select('d.state');
  const isOpen = standing.some(({ state }) => state === 'open');
  const reason = isOpen ? 'a payment into it is disputed at the bank' : 'a payment into it was charged back';
  await trx('wallets')
    .where({ workspace_id: workspaceId })
    .update({ frozen_reason: standing.length === 0 ? null : reason });
}

const sentences = {
  open: 'A payment into the wallet is disputed at the bank. Nothing of the wallet can be spent or taken out until the bank has decided.',
  won: 'The bank decided for us. The wallet can be used again.',
  lost: 'The bank gave a payment into the wallet back to the card holder; it was taken from the wallet.',
};

async function tell(trx: Transaction, workspaceId: string, state: keyof typeof sentences): Promise<void> {
  const managers: { account_id: string }[] = await trx('members')
    .where({ workspace_id: workspaceId })
    .whereIn('role', ['owner', 'admin'])
    .select('account_id');
  for (const { account_id: accountId } of managers) {
    await recordEvent(trx, {
      type: 'wallet.chargeback',
      audience: 'account',
      accountId,
      workspaceId,
      payload: { state, sentence: sentences[state] },
    });
  }
}
