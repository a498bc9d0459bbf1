import type { PayoutStatement } from './find-payout-statement.ts';
import type { WorkspaceStatement } from './find-workspace-statement.ts';
import { writeCsv } from './write-csv.ts';
import { writeDecimal } from './write-decimal.ts';

/** A workspace's statement as CSV: the opening balances, every movement, the closing balances, then what the plan was charged. */
export function writeWorkspaceCsv(statement: WorkspaceStatement): string {
  const { from, until, totals } = statement;
  const rows = statement.lines.map((line) => ({
    ...movement(line),
    bounty: line.bountyCode,
    title: line.bountyTitle,
    reward: writeDecimal(line.rewardMinor, line.currency),
    fee: writeDecimal(line.feeMinor, line.currency),
    premium: writeDecimal(line.premiumMinor, line.currency),
    ...balance(line.currency, line.balanceMinor),
  }));
  const plan = statement.plan.map((line) => ({ ...movement(line), title: line.invoice }));
  return writeCsv(
    [
      'at',
      'what',
      'bounty',
      'title',
      'currency',
      'reward',
      'fee',
      'amount',
      'balance',
      'amount_minor',
      'balance_minor',
      'premium',
    ],
    [
      ...totals.map((total) => edge(from, 'opening balance', total.currency, total.openingMinor)),
      ...rows,
      ...totals.map((total) => edge(until, 'closing balance', total.currency, total.closingMinor)),
      ...plan,
    ],
  );
}

/** A payee's year as CSV, for the tax office: what was owed at its beginning, every award and payout, what is owed at its end. */
export function writePayoutCsv({ from, until, totals, lines }: PayoutStatement): string {
  const rows = lines.map((line) => ({
    ...movement(line),
    bounty: line.bountyCode,
    title: line.bountyTitle,
    transfer: line.transferId,
    ...balance(line.currency, line.balanceMinor),
  }));
  return writeCsv(
    ['at', 'what', 'bounty', 'title', 'transfer', 'currency', 'amount', 'balance', 'amount_minor', 'balance_minor'],
    [
      ...totals.map((total) => edge(from, 'owed before', total.currency, total.openingMinor)),
      ...rows,
      ...totals.map((total) => edge(until, 'owed after', total.currency, total.closingMinor)),
    ],
  );
}

type Movement = { at: Date; kind: string; currency: string; amountMinor: bigint };

function movement({ at, kind, currency, amountMinor }: Movement) {
  return {
    at: at.toISOString(),
    what: nameOf(kind),
    currency,
    amount: writeDecimal(amountMinor, currency),
    amount_minor: amountMinor,
  };
}

function balance(currency: string, minor: bigint) {
  return { balance: writeDecimal(minor, currency), balance_minor: minor };
}

/** What was there when the period began, or is when it ends. */
function edge(at: Date, what: string, currency: string, minor: bigint) {
  return { at: at.toISOString(), what, currency, ...balance(currency, minor) };
}

/** The ledger's kinds in the reader's words; a kind that has none reads as it is. */
export function nameOf(kind: string): string {
  return names[kind] ?? kind.replaceAll('_', ' ');
}

const names: Record<string, string> = {
  fund: 'paid in',
  boost: 'boost paid in',
  fund_from_wallet: 'held for a bounty',
  top_up: 'paid into the wallet',
  withdraw: 'taken out of the wallet',
  wallet_return: 'sent back unspent, as it may be kept no longer',
  withdraw_returned: 'could not be sent back',
  refund_to_wallet: 'back into the wallet',
  wallet_claw_back: 'taken back by the bank',
  second_payment: 'paid twice',
  late_boost: 'boost paid too late',
  tip: 'tip',
  release: 'award',
  payout: 'paid out',
  payout_reversed: 'payout taken back',
  refund_paid: 'sent back',
  refund_failed: 'card did not take it back',
  subscription: 'plan',
  subscription_refund: 'plan, sent back',
  subscription_refund_failed: 'plan, card did not take it back',
  claw_back: 'given back by the bank',
  claw_back_returned: 'the bank decided for us',
  claw_back_owed: 'the bank decided for us',
  payout_withheld: 'withheld: charged back',
  refund_withheld: 'given back by the bank',
  cover_paid: 'insurance',
  premium_back: 'premium back',
  affiliate_payout: 'invitations',
};
