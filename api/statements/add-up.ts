/** One movement; `amountMinor` is what it did to the balance. */
export type Line = { currency: string; amountMinor: bigint };

/** A currency of a statement: opening balance + the lines = closing balance. */
export type Total = { currency: string; openingMinor: bigint; closingMinor: bigint };

/**
 * Adds the lines of a period to what stood before it, by currency, each line with the balance after it. Throws when the ledger's own
 * closing balance is another one: then lines are missing, and nothing may be shown.
 */
export function addUp<L extends Line>(
  lines: L[],
  opening: { currency: string; minor: bigint }[],
  closing: { currency: string; minor: bigint }[],
): { lines: (L & { balanceMinor: bigint })[]; totals: Total[] } {
  const balances = new Map(opening.map(({ currency, minor }) => [currency, minor]));
  const counted = lines.map((line) => {
    const balanceMinor = (balances.get(line.currency) ?? 0n) + line.amountMinor;
    balances.set(line.currency, balanceMinor);
    return { ...line, balanceMinor };
  });
  const currencies = [...new Set([...balances.keys(), ...closing.map(({ currency }) => currency)])].sort();
  const totals = currencies.map((currency) => {
    const openingMinor = opening.find((one) => one.currency === currency)?.minor ?? 0n;
    const closingMinor = closing.find((one) => one.currency === currency)?.minor ?? 0n;
    if ((balances.get(currency) ?? 0n) !== closingMinor)
      throw new Error(
        `A statement in ${currency} adds up to ${balances.get(currency)}, and the ledger to ${closingMinor}`,
      );
    return { currency, openingMinor, closingMinor };
  });
  return { lines: counted, totals };
}
