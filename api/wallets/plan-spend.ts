import type { Figures } from '../payments/checkout-figures.ts';
import type { Context } from '../platform/context.ts';
import type { Database } from '../platform/database.ts';
import { Failure } from '../platform/errors.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import { findRole } from '../workspaces/find-role.ts';
import { findAllowance, type Allowance } from './find-limits.ts';
import { findWalletMoney, type Take } from './find-wallet-payments.ts';
import type { LockedWallet } from './lock-wallet.ts';
import { planTake } from './plan-take.ts';
import { maySeeWallet } from './policy.ts';

/** What a team's money is taken from. */
export type TeamSource = 'wallet' | 'card';

export type Spend = {
  workspaceId: string;
  accountId: string;
  source: TeamSource;
  figures: Figures;
  /** When the bounty is decided at the latest: so long its money must be kept. */
  decideBy: Date;
  /** The request this spend was approved by, so that it is not counted twice. */
  exceptRequest?: string | undefined;
};

/** What spending does, in minor units: to the balance of the wallet, to what the member may spend this month, and who must agree. */
export type SpendPlan = Allowance & {
  source: TeamSource;
  figures: Figures;
  needsApproval: boolean;
  balanceMinor: bigint;
  /** Which payments into the wallet it is paid of; none where it is paid otherwise. */
  takes: Take[];
  card: { id: string; name: string } | null;
};

/**
 * Says what paying for a bounty with a team's money does, and changes nothing; exact while the wallet is locked. Throws `forbidden` to who
 * may not post there now, `spend_limit`, `insufficient_funds`, and `illegal_state` while the wallet is frozen or there is no card.
 */
export async function planSpend(
  context: Pick<Context, 'config' | 'clock'>,
  database: Database,
  { wallet, ...spend }: Spend & { wallet: LockedWallet | undefined },
): Promise<SpendPlan> {
  const { workspaceId, accountId, source, figures, exceptRequest } = spend;
  const { currency, totalMinor } = figures;
  const role = await findRole(database, workspaceId, accountId);
  if (role === null || !maySeeWallet(role))
    throw new Failure('forbidden', 'Only members of its workspace who may post bounties pay with the team’s money.');
  if (wallet?.frozen_reason)
    throw new Failure('illegal_state', `The team’s money cannot be used now: ${wallet.frozen_reason}.`);
  const allowance = await findAllowance(database, { workspaceId, accountId, role, currency, exceptRequest });
  refuseOverLimit(allowance, figures);
  const money = await findWalletMoney(context, database, { workspaceId, currency });
  const takes = source === 'wallet' ? planTake(context, money, spend) : [];
  const card = cardOf(wallet);
  if (source === 'card' && card === null)
    throw new Failure(
      'illegal_state',
      'The team has no card on file. An owner or admin keeps one with /bounty-setup wallet.',
    );
  const above = allowance.approvalAboveMinor;
  const needsApproval = above !== null && totalMinor > above;
  return { ...allowance, source, figures, balanceMinor: money.balanceMinor, takes, card, needsApproval };
}

function refuseOverLimit({ limitMinor, spentMinor }: Allowance, { totalMinor, currency }: Figures): void {
  if (limitMinor === null || spentMinor + totalMinor <= limitMinor) return;
  const say = (minor: bigint) => `${writeDecimal(minor, currency)} ${currency}`;
  const leftMinor = limitMinor > spentMinor ? limitMinor - spentMinor : 0n;
  throw new Failure(
    'spend_limit',
    limitMinor === 0n
      ? `This costs ${say(totalMinor)}, and you may not spend the team’s money in ${currency}. Ask an owner or admin for a limit, or pay on the checkout page.`
      : `This costs ${say(totalMinor)}. Of your ${say(limitMinor)} for this month ${say(leftMinor)} is left. Ask an owner or admin for more, or pay on the checkout page.`,
  );
}

function cardOf(wallet: LockedWallet | undefined): SpendPlan['card'] {
  if (!wallet?.payment_method_id) return null;
  return { id: wallet.payment_method_id, name: `${wallet.card_brand} ending ${wallet.card_last4}` };
}
