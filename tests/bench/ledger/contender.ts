/** One way to write the ledger's rows. A bounty is two transfers, each in a transaction of its own: its money arrives, and is released. */
export type Contender = {
  bounty(): Promise<void>;
  /** How many rows it has written, by table. */
  rows(): Promise<Record<string, number>>;
};

export const transfersPerBounty = 2;
export const rewardMinor = 10_001n;
export const currency = 'USD';
