/** One movement of a wallet, in the order of the ledger: what came in is positive. */
export type WalletMovement = { transferId: string; amountMinor: bigint };

/**
 * How much of one payment into a wallet went out with each movement after it, in minor units, by transfer: a wallet is one balance, so the
 * money that came first counts as spent first. Movements that took nothing of it are left out.
 */
export function attributeSpending(movements: readonly WalletMovement[], paidIn: string): Map<string, bigint> {
  const layers: { transferId: string; leftMinor: bigint }[] = [];
  const spent = new Map<string, bigint>();
  for (const { transferId, amountMinor } of movements) {
    if (amountMinor > 0n) {
      layers.push({ transferId, leftMinor: amountMinor });
      continue;
    }
    let wanted = -amountMinor;
    for (const layer of layers) {
      const taken = wanted < layer.leftMinor ? wanted : layer.leftMinor;
      layer.leftMinor -= taken;
      wanted -= taken;
      if (layer.transferId === paidIn && taken > 0n) spent.set(transferId, taken);
    }
  }
  return spent;
}
