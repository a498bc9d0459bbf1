import { describe, expect, it } from 'vitest';
import { endLeftByChargebacks } from './end-charged-back.ts';
import { usePayments } from './payments-fixture.ts';

// A bank does not wait for our books: what it takes while all settlement is stopped is booked, and what follows from it comes afterwards.

const p = usePayments();

const stop = () => p.t.database('ledger.settlement_stop').insert({ reason: 'a test' });
const goOn = () => p.t.database('ledger.settlement_stop').delete();

describe('a chargeback that is lost while settlement is stopped', () => {
  it('is booked at once, and ends the bounty of which it left too little when money moves again, once', async () => {
    const bounty = await p.funded();
    const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id), { amount: 11_450 });
    await p.settle();
    await stop();
    p.stripe.control.closeDispute(id, 'lost');
    await p.settle();
    expect(await p.t.database('chargebacks').where({ id }).first()).toMatchObject({
      state: 'lost',
      clawed_back_minor: 11_450n,
    });
    expect(await endLeftByChargebacks(p.t.context)).toBe(0);
    expect((await p.read(bounty)).state).toBe('open');
    await goOn();
    const ended = await Promise.all([endLeftByChargebacks(p.t.context), endLeftByChargebacks(p.t.context)]);
    expect(ended.toSorted((a, b) => a - b)).toEqual([0, 1]);
    await p.settle();
    expect(await p.read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0 });
    expect(p.refundsOf(bounty.id).map(({ amount }) => amount)).toEqual([50]);
    const audited = await p.t.database('security_audit_log').where({ subject: bounty.id });
    expect(audited.filter(({ action }) => action === 'bounty.ended_by_chargeback')).toHaveLength(1);
  });

  it('leaves a bounty alone that goes on with what is left', async () => {
    const bounty = await p.funded();
    const { id } = p.stripe.control.openDispute(await p.chargeOf(bounty.id), { amount: 2_300 });
    await p.settle();
    p.stripe.control.closeDispute(id, 'lost');
    await p.settle();
    expect(await endLeftByChargebacks(p.t.context)).toBe(0);
    expect(await p.read(bounty)).toMatchObject({ state: 'open', rewardMinor: 8_000, heldMinor: 8_000 });
  });
});
