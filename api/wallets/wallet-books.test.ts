import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, type JsonValue } from '../../tests/support/factories.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { reconcile } from '../reconciliation/reconcile.ts';
import { openTeam, type Team } from './wallet-fixture.ts';

let p: Payments;
let team: Team;
beforeAll(async () => {
  p = await openPayments();
});
beforeEach(async () => {
  team = await openTeam(p);
});
afterAll(async () => {
  expect(await findViolations(p.t.database)).toEqual([]);
  const found = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
  expect(found.differences).toEqual([]);
  await p.close();
});

const chargeOf = async (topUpId: string) =>
  (await p.t.database('top_ups').where({ id: topUpId }).first('charge_id')).charge_id as string;
const statement = async (): Promise<JsonValue> =>
  (await call(p.api, 'GET', `/api/workspaces/${team.slug}/statement`, { key: team.owner.key })).body;

describe('the books', () => {
  it('agree with Stripe when wallets were paid into and emptied, and when a refund came back', async () => {
    await team.topUp(10_000);
    await team.topUp(7_000, team.poster, 'EUR');
    await team.withdraw(team.owner, { amountMinor: 4_000 });
    await p.settle();
    p.stripe.control.failRefund(p.objects('refunds').at(-1).id);
    await p.settle();
    const found = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
    expect(found.differences).toEqual([]);
    for (const { stripeMinor, ledgerMinor } of found.balances) expect(stripeMinor).toBe(ledgerMinor);
  });

  it('show every movement in the statement of the workspace, and add up', async () => {
    await team.topUp(10_000);
    await team.withdraw(team.owner, { amountMinor: 4_000 });
    await p.settle();
    const { lines, totals } = await statement();
    expect(lines.map(({ what, amountMinor, balanceMinor }: JsonValue) => [what, amountMinor, balanceMinor])).toEqual([
      ['paid into the wallet', 10_000, 10_000],
      ['sent back', -4_000, 6_000],
    ]);
    expect(totals).toMatchObject([{ currency: 'USD', openingMinor: 0, closingMinor: 6_000 }]);
  });
});

describe('a chargeback of a payment into a wallet', () => {
  it('freezes the wallet while it is open; won, it goes on', async () => {
    const topUp = await team.topUp(10_000);
    const dispute = p.stripe.control.openDispute(await chargeOf(topUp));
    await p.settle();
    expect((await team.look(team.owner)).body.frozenReason).toContain('disputed at the bank');
    expect(await team.withdraw(team.owner, { amountMinor: 1_000 })).toMatchObject({
      status: 409,
      body: { code: 'illegal_state', detail: expect.stringContaining('disputed at the bank') },
    });
    const told = await p.t.database('events').where({ type: 'wallet.chargeback', workspace_id: team.id });
    expect(new Set(told.map(({ account_id: id }) => id))).toEqual(new Set([team.owner.id, team.admin.id]));
    const path = `/api/wallets/${team.slug}/top-ups`;
    expect(await p.post(path, team.owner.key, { amountMinor: 5_000, currency: 'USD' })).toMatchObject({
      status: 409,
      body: { code: 'illegal_state', detail: expect.stringContaining('disputed at the bank') },
    });
    p.stripe.control.closeDispute(dispute.id, 'won');
    await p.settle();
    expect((await team.look(team.owner)).body.frozenReason).toBeNull();
    expect(await team.balance()).toBe(10_000n);
  });

  it('that is lost is taken from what is left, and what is missing keeps the wallet frozen', async () => {
    const whole = await team.topUp(10_000);
    const lost = p.stripe.control.openDispute(await chargeOf(whole));
    await p.settle();
    p.stripe.control.closeDispute(lost.id, 'lost');
    await p.settle();
    expect(await team.balance()).toBe(0n);
    expect((await team.look(team.owner)).body.frozenReason).toBeNull();
    const disputes = await accountBalance(p.t.database, 'disputes', 'USD');
    expect(disputes).toBe(0n);

    const spent = await team.topUp(10_000);
    await team.withdraw(team.owner, { amountMinor: 8_000 });
    await p.settle();
    const second = p.stripe.control.openDispute(await chargeOf(spent), { amount: 2_000 });
    await p.settle();
    p.stripe.control.closeDispute(second.id, 'lost');
    await p.settle();
    expect(await team.balance()).toBe(0n);
    expect(await accountBalance(p.t.database, 'disputes', 'USD')).toBe(0n);
    expect((await statement()).lines.at(-1)).toMatchObject({ what: 'taken back by the bank', amountMinor: -2_000 });
  });
});
