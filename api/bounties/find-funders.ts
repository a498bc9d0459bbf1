import { heldOf, feeHeldOf, type Part, type PartShare } from '../ledger/parts.ts';
import type { Database } from '../platform/database.ts';

/** Somebody who paid for a bounty, by the name others see, and what goes back to them, in minor units. */
export type Funder = { name: string; refundMinor: bigint };

/** To whom what is left of the parts goes back: one line a person, whoever paid first comes first. */
export async function findFunders(database: Database, bountyId: string, rest: PartShare[]): Promise<Funder[]> {
  const payers = await findPayers(database, bountyId);
  const funders = new Map<string, Funder>();
  for (const { part, amountMinor, feeMinor } of rest) {
    const payer = payers.get(part.payment_id ?? '');
    if (payer === undefined || amountMinor + feeMinor === 0n) continue;
    const known = funders.get(payer.id)?.refundMinor ?? 0n;
    funders.set(payer.id, { name: payer.name, refundMinor: known + amountMinor + feeMinor });
  }
  return [...funders.values()];
}

/** All that is still held, as what goes back when nobody wins. */
export function wholeOf(parts: Part[]): PartShare[] {
  return parts.map((part) => ({ part, amountMinor: heldOf(part), feeMinor: feeHeldOf(part) }));
}

async function findPayers(database: Database, bountyId: string): Promise<Map<string, { id: string; name: string }>> {
  const rows: { paymentId: string; id: string; name: string }[] = await database('checkouts as c')
    .join('accounts as a', 'a.id', 'c.account_id')
    .where({ 'c.bounty_id': bountyId, 'c.state': 'paid' })
    .select({ paymentId: 'c.id', id: 'a.id', name: 'a.display_name' });
  return new Map(rows.map(({ paymentId, id, name }) => [paymentId, { id, name }]));
}
