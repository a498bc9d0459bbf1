import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { call, makeAccount, makeTeam, type JsonValue } from '../../tests/support/factories.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { stripeClient } from '../payments/stripe-client.ts';
import type { Role } from '../workspaces/roles.ts';
import { addUp } from './add-up.ts';
import { writeCsv } from './write-csv.ts';
import { writeDecimal } from './write-decimal.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(() => p.close());

const get = (path: string, key: string | null = null) => call(p.api, 'GET', path, { key });
const text = (path: string, key: string, accept = '*/*') =>
  fetch(p.api.url + path, { headers: { authorization: `Bearer ${key}`, accept } });
const year = new Date().getUTCFullYear();

async function slugOf(bounty: { id: string }): Promise<string> {
  const row = await p.t
    .database('workspaces as w')
    .join('bounties as b', 'b.workspace_id', 'w.id')
    .where('b.id', bounty.id)
    .first('w.slug');
  return row.slug;
}

/** Every statement must say this of itself. */
function expectToAddUp({ totals, lines }: JsonValue): void {
  for (const { currency, openingMinor, closingMinor } of totals) {
    const own: JsonValue[] = lines.filter((line: JsonValue) => line.currency === currency);
    expect(own.reduce((sum, { amountMinor }) => sum + amountMinor, openingMinor)).toBe(closingMinor);
    if (own.length > 0) expect(own.at(-1).balanceMinor).toBe(closingMinor);
  }
}

/** As a spreadsheet reads it: rows of cells. */
const cells = (csv: string) =>
  csv
    .trimEnd()
    .split('\r\n')
    .map((row) => row.split(','));

describe('a workspace’s statement', () => {
  it('has every movement of its money, and opening and closing balances that add up', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    const slug = await slugOf(bounty);
    await p.release(bounty.id, winner.id, 4_000n);
    await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
    await p.settle();
    p.stripe.control.failRefund(p.refundsOf(bounty.id)[0].id);
    await p.settle();
    const { status, body } = await get(`/api/workspaces/${slug}/statement`, bounty.poster.key);
    expect(status).toBe(200);
    expect(body.lines.map((line: JsonValue) => [line.what, line.rewardMinor, line.feeMinor, line.amount])).toEqual([
      ['paid in', 10_000, 1_500, '115.00'],
      ['award', -4_000, -600, '-46.00'],
      ['sent back', -6_900, 0, '-69.00'],
      ['card did not take it back', 6_900, 0, '69.00'],
    ]);
    expect(body.totals).toEqual([
      { currency: 'USD', openingMinor: 0, opening: '0.00', closingMinor: 6_900, closing: '69.00' },
    ]);
    expectToAddUp(body);
    const past = await get(`/api/workspaces/${slug}/statement?from=2021-01-01&to=2021-12-31`, bounty.poster.key);
    expect(past.body).toMatchObject({ lines: [], totals: [], until: '2022-01-01T00:00:00.000Z' });
    const early = Date.now() + 3 * 86_400_000;
    p.t.clock.set(early);
    const later = new Date(early).toISOString().slice(0, 10);
    const next = await get(`/api/workspaces/${slug}/statement?from=${later}&to=${later}`, bounty.poster.key);
    expect(next.body).toMatchObject({ lines: [], totals: [{ openingMinor: 6_900, closingMinor: 6_900 }] });
    p.t.clock.set(Date.now() + 60_000);
    for (const query of ['from=2024-02-02&to=2024-02-01', 'from=2999-01-01', `to=2020-01-01`])
      expect(await get(`/api/workspaces/${slug}/statement?${query}`, bounty.poster.key)).toMatchObject({ status: 422 });
    expect((await get(`/api/workspaces/${slug}/statement?from=soon`, bounty.poster.key)).status).toBe(400);
  });

  it('is CSV where it is asked for, exact in every currency, with no formula in it', async () => {
    const poster = await makeAccount(p.t, 'Poster');
    const team = await makeTeam(p.t, { [poster.id]: 'owner' });
    const rewards = { JPY: 5_000, KWD: 20_000, USD: 10_001 };
    for (const [currency, rewardMinor] of Object.entries(rewards)) {
      const bounty = await p.funding({ currency, rewardMinor, title: '=HYPERLINK("http://evil.example")' });
      await p.t.database('bounties').where({ id: bounty.id }).update({ workspace_id: team.id });
      await p.visit(bounty.url, { outcome: 'paid' });
    }
    await p.settle();
    for (const answer of [
      await text(`/api/workspaces/${team.slug}/statement.csv`, poster.key),
      await text(`/api/workspaces/${team.slug}/statement`, poster.key, 'text/csv'),
    ]) {
      expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="quarry-acme-[\w-]+\.csv"$/);
      const csv = await answer.text();
      expect(csv).toContain(`"'=HYPERLINK(""http://evil.example"")"`);
      expect(csv).toContain(',JPY,5000,750,5750,5750,5750,5750,0\r\n');
      expect(csv).toContain(',KWD,20.000,3.000,23.000,23.000,23000,23000,0.000\r\n');
      expect(csv).toContain(',USD,100.01,15.00,115.01,115.01,11501,11501,0.00\r\n');
      expect(cells(csv).filter(([, what]) => what === 'closing balance')).toHaveLength(3);
    }
    const { body } = await get(`/api/workspaces/${team.slug}/statement`, poster.key);
    expect(body.totals.map(({ closing }: JsonValue) => closing)).toEqual(['5750', '23.000', '115.01']);
    expectToAddUp(body);
  });

  it('is for its owners and admins alone', async () => {
    const roles: Role[] = ['owner', 'admin', 'moderator', 'poster', 'developer'];
    const people = await Promise.all(roles.map((role) => makeAccount(p.t, role)));
    const team = await makeTeam(p.t, Object.fromEntries(people.map(({ id }, index) => [id, roles[index] as Role])));
    const stranger = await makeAccount(p.t, 'Stranger');
    await makeTeam(p.t, { [stranger.id]: 'owner' });
    const admin = await makeAccount(p.t, 'Platform', { isPlatformAdmin: true });
    for (const ending of ['', '.csv']) {
      const statusFor = async (key: string | null) =>
        (await get(`/api/workspaces/${team.slug}/statement${ending}?to=2020-01-01&from=2020-01-01`, key)).status;
      if (ending === '') {
        const statuses = await Promise.all(people.map(({ key }) => statusFor(key)));
        expect(statuses).toEqual([200, 200, 403, 403, 403]);
      }
      expect(await statusFor(stranger.key)).toBe(404);
      expect(await statusFor(admin.key)).toBe(404);
      expect(await statusFor(null)).toBe(401);
    }
    const nowhere = await get('/api/workspaces/no-such-team/statement', stranger.key);
    const foreign = await get(`/api/workspaces/${team.slug}/statement`, stranger.key);
    expect(foreign.body.detail).toBe(nowhere.body.detail);
  });
});

describe('a payee’s statement', () => {
  it('has the awards, payouts and reversals of a year, in JSON and CSV, and is one’s own', async () => {
    const winner = await p.payee();
    const bounty = await p.funded();
    await p.release(bounty.id, winner.id);
    await p.settle();
    await stripeClient(p.t.context.config).transfers.createReversal(p.transfersOf(bounty.id)[0].id, { amount: 2_500 });
    await p.settle();
    const { body } = await get(`/api/payouts/statement?year=${year}`, winner.key);
    expect(body.lines.map(({ what, amount, bountyCode }: JsonValue) => [what, amount, bountyCode])).toEqual([
      ['award', '100.00', bounty.code],
      ['paid out', '-100.00', bounty.code],
      ['payout taken back', '25.00', bounty.code],
    ]);
    expect(body).toMatchObject({
      payee: { name: 'Winner', country: 'DE' },
      totals: [{ currency: 'USD', opening: '0.00', earned: '100.00', paidOut: '75.00', closing: '25.00' }],
    });
    expectToAddUp(body);
    const csv = await (await text(`/api/payouts/statement.csv?year=${year}`, winner.key)).text();
    const rows = cells(csv);
    expect(rows[0]?.slice(0, 3)).toEqual(['at', 'what', 'bounty']);
    expect(rows.map(([, what]) => what).slice(1)).toEqual([
      'owed before',
      'award',
      'paid out',
      'payout taken back',
      'owed after',
    ]);
    expect(rows[3]?.slice(-4)).toEqual(['-100.00', '0.00', '-10000', '0']);
    const other = await makeAccount(p.t, 'Other');
    expect((await get('/api/payouts/statement', other.key)).body).toMatchObject({ lines: [], totals: [] });
    expect((await get('/api/payouts/statement')).status).toBe(401);
    expect((await get('/api/payouts/statement?year=2199', winner.key)).status).toBe(422);
    expect((await get('/api/payouts/statement?year=2021', winner.key)).body).toMatchObject({ lines: [] });
  });
});

describe('a funder’s receipt', () => {
  it('is for who paid and who manages the bounty, with what was sent back', async () => {
    const bounty = await p.funded();
    const path = `/api/bounties/${bounty.code}/funding-receipt`;
    const payer = await makeAccount(p.t, 'Payer');
    await p.t.database('checkouts').where({ bounty_id: bounty.id }).update({ account_id: payer.id });
    const stranger = await makeAccount(p.t, 'Stranger');
    await makeTeam(p.t, { [stranger.id]: 'owner' });
    expect((await get(path)).status).toBe(401);
    expect((await get(path, stranger.key)).status).toBe(403);
    await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
    await p.settle();
    for (const key of [payer.key, bounty.poster.key]) {
      expect((await get(path, key)).body).toMatchObject({
        bounty: { code: bounty.code },
        payments: [
          {
            paidBy: 'Payer',
            rewardMinor: 10_000,
            feeMinor: 1_500,
            totalMinor: 11_500,
            total: '115.00',
            paymentIntentId: expect.stringMatching(/^pi_/),
            refunds: [{ amountMinor: 11_500, amount: '115.00', refundId: expect.stringMatching(/^re_/) }],
          },
        ],
      });
    }
    const draft = await p.draft();
    expect((await get(`/api/bounties/${draft.id}/funding-receipt`, stranger.key)).status).toBe(404);
    expect((await get(`/api/bounties/${draft.id}/funding-receipt`, draft.poster.key)).status).toBe(404);
  });
});

describe('a cell of a CSV', () => {
  it.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\tx', '\rx', '＝1', '=', '-'])('%j is no formula any more', (cell) => {
    const row = writeCsv(['a'], [{ a: cell }]).slice('a\r\n'.length);
    expect(row.replace(/^"/, '').startsWith(`'${cell[0]}`)).toBe(true);
  });

  it.each(['-100.00', '12', 'a=b', 'plain, "quoted"'])('%j stays as it is', (cell) => {
    expect(writeCsv(['a'], [{ a: cell }])).not.toContain(`'`);
  });
});

describe('an amount', () => {
  it('is written with the digits of its currency, and reads back exactly', () => {
    expect(writeDecimal(-5n, 'USD')).toBe('-0.05');
    expect(writeDecimal(0n, 'JPY')).toBe('0');
    expect(writeDecimal(-1n, 'KWD')).toBe('-0.001');
    const currencies = fc.constantFrom('USD', 'JPY', 'KWD');
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }), currencies, (minor, currency) => {
        expect(BigInt(writeDecimal(minor, currency).replace('.', ''))).toBe(minor);
      }),
    );
  });

  it('that is missing from a statement stops it', () => {
    const lines = [{ currency: 'USD', amountMinor: 5n }];
    expect(() => addUp(lines, [], [{ currency: 'USD', minor: 6n }])).toThrow('adds up to 5, and the ledger to 6');
  });
});
