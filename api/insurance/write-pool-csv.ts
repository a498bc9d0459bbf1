import { writeCsv } from '../statements/write-csv.ts';
import { writeDecimal } from '../statements/write-decimal.ts';
import type { PoolStatement } from './find-pool-statement.ts';

/** The months of every pool as CSV. */
export function writePoolCsv({ months }: PoolStatement): string {
  const columns = ['month', 'currency', 'premiums', 'premiums_back', 'capital', 'paid', 'claims', 'balance'];
  return writeCsv(
    columns,
    months.map((month) => {
      const decimal = (minor: bigint) => writeDecimal(minor, month.currency);
      const { premiumsMinor, premiumsBackMinor, capitalMinor, paidMinor, claims, balanceMinor } = month;
      return [
        month.month,
        month.currency,
        ...[premiumsMinor, premiumsBackMinor, capitalMinor, paidMinor].map(decimal),
        claims,
        decimal(balanceMinor),
      ];
    }),
  );
}
