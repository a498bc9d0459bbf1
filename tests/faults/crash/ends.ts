/** How a bounty ends whose award was carried out once, as `rig.endOf` shows it. */
export const paidOnce = {
  state: 'awarded',
  ledger: ['fund', 'release', 'payout'],
  payouts: ['sent'],
  refunds: [],
  transfersAtStripe: 1,
  refundsAtStripe: 0,
  violations: [],
  cashAway: 0n,
};

/** How one stands that was paid for once. */
export const openedOnce = { ...paidOnce, state: 'open', ledger: ['fund'], payouts: [], transfersAtStripe: 0 };
