import { writeCsv } from '../statements/write-csv.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import type { PoolStatement } from './find-pool-statement.ts';

/** The months of every pool as CSV. */
export function writePoolCsv({ months }: PoolStatement): string {
  return writeCsv(
    ['month', 'currency', 'premiums', 'premiums_back', 'capital', 'paid', 'claims', 'balance'],
    months.map((line) => {
      const decimal = (minor: bigint) => writeDecimal(minor, line.currency);
      return {
        month: line.month,
        currency: line.currency,
        premiums: decimal(line.premiumsMinor),
        premiums_back: decimal(line.premiumsBackMinor),
        capital: decimal(line.capitalMinor),
        paid: decimal(line.paidMinor),
        claims: line.claims,
        balance: decimal(line.balanceMinor),
      };
    }),
  );
}
