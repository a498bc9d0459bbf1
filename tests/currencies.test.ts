import { expect, it } from 'vitest';
import { findCurrency } from '../api/ledger/currencies.ts';
import { readAmount } from '../bots/commands/read-amount.ts';

// The bots may not import the API's table of currencies and have one of their own (tests/architecture.test.ts).

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');
const codes = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c)));

function minorOfOne(code: string): number | null {
  try {
    return readAmount(`1 ${code}`).minor;
  } catch {
    return null;
  }
}

it('chats read amounts in the very currencies that the ledger keeps, with as many decimals', () => {
  const kept = codes.flatMap((code) => findCurrency(code) ?? []);
  const read = codes.map((code) => ({ code, minor: minorOfOne(code) })).filter(({ minor }) => minor !== null);
  expect(kept.length).toBeGreaterThan(10);
  expect(read).toEqual(kept.map(({ code, exponent }) => ({ code, minor: 10 ** exponent })));
});
