import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../tests/support/factories.ts';
import { usePayments } from './payments-fixture.ts';
import { runPaymentTasks } from './run-payment-tasks.ts';

const p = usePayments();

const nowSeconds = () => Math.floor(Date.now() / 1000);
const snapshot = (id: string, change: object = {}) => ({
  id,
  object: 'event',
  type: 'product.created',
  livemode: false,
  data: { object: { id: 'prod_1' } },
  ...change,
});
const thin = (id: string) => ({
  id,
  object: 'v2.core.event',
  type: 'v2.core.account.created',
  livemode: false,
  created: new Date().toISOString(),
  related_object: { id: 'acct_other', type: 'v2.core.account', url: '/v2/core/accounts/acct_other' },
});
const stored = (id: string) => p.t.database('stripe_events').where({ id });

describe('a webhook', () => {
  it.each([
    ['another secret', { secret: 'whsec_other' }],
    ['a time more than five minutes ago', { seconds: nowSeconds() - 400 }],
    ['one byte more than was signed', { altered: true }],
  ])('with %s is refused with a sentence and not stored', async (_, options) => {
    for (const event of [snapshot('evt_forged'), thin('evt_forged')]) {
      const answer = await p.send(event, options);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        code: 'invalid_request',
        detail: expect.stringContaining('not signed with our secret, or is older than five minutes'),
      });
    }
    expect(await stored('evt_forged')).toEqual([]);
  });

  it('of the live mode is refused while the key is of the test mode', async () => {
    const answer = await p.send(snapshot('evt_live', { livemode: true }));
    expect([answer.status, ((await answer.json()) as JsonValue).detail]).toEqual([
      400,
      expect.stringContaining('live mode'),
    ]);
    expect(await stored('evt_live')).toEqual([]);
  });

  it('is accepted under each of our secrets, so that they can be changed, and for both kinds of events', async () => {
    expect((await p.send(snapshot('evt_first'), { secret: 'whsec_first' })).status).toBe(200);
    expect((await p.send(thin('evt_second'), { secret: 'whsec_second' })).status).toBe(200);
    await p.settle();
    const rows = await p.t.database('stripe_events').whereIn('id', ['evt_first', 'evt_second']).orderBy('id');
    expect(rows.map(({ applied_at: at }) => at)).toEqual([expect.any(Date), expect.any(Date)]);
  });

  it('that comes ten times at once is stored and applied once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => p.send(snapshot('evt_tenfold'))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await stored('evt_tenfold')).toHaveLength(1);
    expect(await p.t.database('payment_tasks').where({ subject: 'evt_tenfold' })).toHaveLength(1);
  });
});

describe('the events of a paid and cancelled bounty', () => {
  it('end in the same place whatever their order and however often each comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
        const bounty = await p.funding();
        const known = new Set(p.objects('events').map(({ id }) => id));
        p.stripe.control.setWebhooks({ drop: true });
        await p.visit(bounty.url, { outcome: 'failed' });
        await p.visit(bounty.url, { outcome: 'paid' });
        const events = p.objects('events').filter(({ id }) => !known.has(id));
        p.stripe.control.setWebhooks({ drop: false });
        const pick = (most: number) => (numbers.next().value as number) % most;
        const deliveries = events
          .flatMap((event) => Array.from({ length: 1 + pick(3) }, () => ({ event, at: pick(1_000) })))
          .toSorted((a, b) => a.at - b.at);
        for (const { event } of deliveries) {
          // Stripe may also tell of the same object twice, as two events.
          const id = pick(2) === 0 ? event.id : `${event.id}_again`;
          expect((await p.send({ ...event, id })).status).toBe(200);
          if (pick(2) === 0) await runPaymentTasks(p.t.context);
        }
        await p.settle();
        expect(await p.read(bounty)).toMatchObject({ state: 'open', heldMinor: 10_000, feeMinor: 1_500 });
        expect(await p.t.database('ledger.transfers').where({ bounty_id: bounty.id })).toHaveLength(1);
        await p.post(`/api/bounties/${bounty.id}/cancel`, bounty.poster.key);
        await p.settle();
        expect(await p.read(bounty)).toMatchObject({ state: 'cancelled', heldMinor: 0, refundedMinor: 11_500 });
        expect(p.refundsOf(bounty.id)).toHaveLength(1);
      }),
      { numRuns: 12 },
    );
  });
});
