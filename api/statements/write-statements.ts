import type { PayoutStatement } from './find-payout-statement.ts';
import type { WorkspaceStatement } from './find-workspace-statement.ts';
import type { Total } from './add-up.ts';
import { writeCsv } from './write-csv.ts';
import { writeDecimal } from './write-decimal.ts';

/** A workspace's statement as CSV: the opening balances, every movement, the closing balances, then what the plan was charged. */
export function writeWorkspaceCsv(statement: WorkspaceStatement): string {
  const columns = [
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
  ];
  const rows = statement.lines.map((line) => {
    const decimal = (minor: bigint) => writeDecimal(minor, line.currency);
    const { at, kind, bountyCode, bountyTitle, currency, rewardMinor, feeMinor, amountMinor, balanceMinor } = line;
    return [
      at.toISOString(),
      nameOf(kind),
      bountyCode,
      bountyTitle,
      currency,
      decimal(rewardMinor),
      decimal(feeMinor),
      decimal(amountMinor),
      decimal(balanceMinor),
      amountMinor,
      balanceMinor,
      decimal(line.premiumMinor),
    ];
  });
  const edge = (at: Date, what: string, { currency }: Total, minor: bigint) => [
    at.toISOString(),
    what,
    null,
    null,
    currency,
    null,
    null,
    null,
    writeDecimal(minor, currency),
    null,
    minor,
    null,
  ];
  const plan = statement.plan.map(({ at, kind, invoice, currency, amountMinor }) => [
    at.toISOString(),
    nameOf(kind),
    null,
    invoice,
    currency,
    null,
    null,
    writeDecimal(amountMinor, currency),
    null,
    amountMinor,
    null,
    null,
  ]);
  return writeCsv(columns, [
    ...statement.totals.map((total) => edge(statement.from, 'opening balance', total, total.openingMinor)),
    ...rows,
    ...statement.totals.map((total) => edge(statement.until, 'closing balance', total, total.closingMinor)),
    ...plan,
  ]);
}

/** A payee's year as CSV, for the tax office: what was owed at its beginning, every award and payout, what is owed at its end. */
export function writePayoutCsv(statement: PayoutStatement): string {
  const columns = [
    'at',
    'what',
    'bounty',
    'title',
    'transfer',
    'currency',
    'amount',
    'balance',
    'amount_minor',
    'balance_minor',
  ];
  const rows = statement.lines.map(
    ({ at, kind, bountyCode, bountyTitle, transferId, currency, amountMinor, balanceMinor }) => [
      at.toISOString(),
      nameOf(kind),
      bountyCode,
      bountyTitle,
      transferId,
      currency,
      writeDecimal(amountMinor, currency),
      writeDecimal(balanceMinor, currency),
      amountMinor,
      balanceMinor,
    ],
  );
  const edge = (at: Date, what: string, { currency }: Total, minor: bigint) => [
    at.toISOString(),
    what,
    null,
    null,
    null,
    currency,
    null,
    writeDecimal(minor, currency),
    null,
    minor,
  ];
  return writeCsv(columns, [
    ...statement.totals.map((total) => edge(statement.from, 'owed before', total, total.openingMinor)),
    ...rows,
    ...statement.totals.map((total) => edge(statement.until, 'owed after', total, total.closingMinor)),
  ]);
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
  cover_paid: 'insurance',
  premium_back: 'premium back',
  affiliate_payout: 'invitations',
};
