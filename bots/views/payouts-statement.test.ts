import { expect, it } from 'vitest';
import type { PayoutStatementWire } from '../../api/client/wire-types.ts';
import { payoutsStatement } from './payouts-statement.ts';

const line = (day: number, what: string, amount: string): PayoutStatementWire['lines'][number] => ({
  at: `2026-01-${String(day).padStart(2, '0')}T10:00:00.000Z`,
  what,
  currency: 'USD',
  amountMinor: 0,
  amount,
  balanceMinor: 0,
  balance: '0.00',
  bountyCode: 'B-7K3',
  bountyTitle: 'Sort the mail',
  transferId: null,
});
const total = { openingMinor: 0, opening: '0.00', closingMinor: 0, closing: '0.00', earnedMinor: 0, paidOutMinor: 0 };
const statement = (lines: PayoutStatementWire['lines']): PayoutStatementWire => ({
  payee: { name: 'Dev', country: 'DE' },
  from: '2026-01-01T00:00:00.000Z',
  until: '2027-01-01T00:00:00.000Z',
  totals: lines.length === 0 ? [] : [{ ...total, currency: 'USD', earned: '100.00', paidOut: '100.00' }],
  lines,
});

it('says the totals of the year and its newest movements', () => {
  const view = payoutsStatement(statement([line(1, 'award', '100.00'), line(2, 'paid out', '-100.00')]));
  expect(view).toMatchObject({ visibility: 'private', title: 'Your earnings in 2026' });
  expect(view.fields?.[0]).toEqual({ label: 'Earned (USD)', value: '100.00 USD' });
  expect(view.table?.rows[0]).toEqual(['2026-01-02', 'paid out', 'B-7K3', '-100.00 USD']);
  expect(view.footer).toContain('/api/payouts/statement.csv?year=2026');
});

it('shows the newest fifteen of many, and the next step where there is none', () => {
  const many = Array.from({ length: 20 }, (_, index) => line(index + 1, 'award', '1.00'));
  const view = payoutsStatement(statement(many));
  expect(view.table?.rows).toHaveLength(15);
  expect(view.footer).toContain('The newest 15 of 20.');
  expect(payoutsStatement(statement([]))).toMatchObject({
    title: 'You earned nothing in 2026',
    body: [expect.stringContaining('/bounty list')],
  });
});
