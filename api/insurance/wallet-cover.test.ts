import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../../tests/support/factories.ts';
import { findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { openTeam, type Team } from '../wallets/wallet-fixture.ts';
import { insure } from './insurance-fixture.ts';
import { settleCovers } from './settle-covers.ts';

let p: Payments;
let w: ReturnType<typeof insure>;
let team: Team;
beforeAll(async () => {
  p = await openPayments({ INSURANCE_CAPITAL: 'USD:100000' });
  w = insure(p);
  team = await openTeam(p);
  await team.topUp(30_000);
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  const found = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
  expect(found.differences).toEqual([]);
  await p.close();
});

describe('a bounty insured from the team wallet', () => {
  it('is covered at once; what nothing passes goes back into the wallet, and the cover with it', async () => {
    const id = await team.draft(team.owner);
    const bounty = { id, code: '', poster: team.owner };
    const insured = { source: 'wallet', insured: true };
    expect(await team.fund(team.owner, id, { ...insured, dryRun: true })).toMatchObject({
      status: 200,
      body: { premiumMinor: 500, totalMinor: 12_000, balanceAfterMinor: 18_000 },
    });
    expect(await w.coverOf(bounty)).toBeUndefined();
    expect(await team.fund(team.owner, id, insured)).toMatchObject({ status: 200, body: { state: 'funded' } });
    expect(await w.coverOf(bounty)).toMatchObject({ state: 'open', premium_minor: 500n, account_id: team.owner.id });
    await w.enter(bounty);
    await w.close(bounty);
    await w.cancel(bounty);
    expect(await team.balance()).toBe(29_500n);
    expect(await settleCovers(p.t.context)).toBe(1);
    expect(await p.t.database('payouts').where({ bounty_id: id })).toEqual([]);
    expect(await team.balance()).toBe(29_500n + 2_000n);
    expect((await team.history(team.owner)).body.data[0]).toMatchObject({
      what: 'insurance',
      amountMinor: 2_000,
      balanceMinor: 31_500,
    });
    const { body: statement } = await call(p.api, 'GET', `/api/workspaces/${team.slug}/statement`, {
      key: team.owner.key,
    });
    expect(statement.lines.at(-1)).toMatchObject({ what: 'insurance', amountMinor: 2_000, premiumMinor: 0 });
    expect(await w.claim(bounty)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('in the wallet of its workspace') },
    });
  });

  it('is refused where the pool cannot carry it, in the preview already, and nothing leaves the wallet', async () => {
    const id = await team.draft(team.owner, { rewardMinor: 20_000, currency: 'EUR' });
    await team.topUp(30_000, team.owner, 'EUR');
    for (const dryRun of [true, false])
      expect(await team.fund(team.owner, id, { source: 'wallet', insured: true, dryRun })).toMatchObject({
        status: 409,
        body: { detail: expect.stringContaining('The insurance pool can take on') },
      });
    expect(await team.balance('EUR')).toBe(30_000n);
  });
});
