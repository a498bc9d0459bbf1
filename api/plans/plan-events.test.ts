import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../tests/support/factories.ts';
import { handlerOf } from '../payments/event-handlers.ts';
import { openPlans, type Plans } from './plans-fixture.ts';

let p: Plans;
beforeAll(async () => {
  p = await openPlans();
});
afterAll(() => p.close());

type Step = 'renew' | 'renewDeclined' | 'retry' | 'cancel' | 'keep' | 'add' | 'giveUp';

const steps = fc.array(fc.constantFrom<Step>('renew', 'renewDeclined', 'retry', 'cancel', 'keep', 'add', 'giveUp'), {
  minLength: 1,
  maxLength: 6,
});

/** Does what may be done in the present state, at Stripe alone: nothing of it is heard here yet. */
async function take(step: Step, team: Awaited<ReturnType<Plans['subscribed']>>): Promise<void> {
  const { control } = p.stripe;
  const subscription = p.objects('subscriptions').find(({ id }) => id === team.subscription);
  if (subscription.status === 'canceled') return;
  const open = p.invoicesOf(team.subscription).find(({ status }) => status === 'open');
  if (step === 'renew' || step === 'renewDeclined') {
    control.setCard(subscription.customer, step === 'renew' ? '4242' : '0341');
    control.renew(team.subscription);
  } else if (step === 'retry' && open !== undefined) {
    control.setCard(subscription.customer, '4242');
    control.retryInvoice(open.id);
  } else if (step === 'cancel' || step === 'keep') {
    await p.post(`${team.path}/${step}`, team.owner.key);
  } else if (step === 'add') {
    const { status, body } = await p.post(team.path, team.owner.key, { addons: ['priority_executions'], dryRun: true });
    const { prorationAt, dueMinor } = body;
    if (status === 200)
      await p.post(team.path, team.owner.key, { addons: ['priority_executions'], prorationAt, dueMinor });
  } else if (step === 'giveUp') control.giveUpSubscription(team.subscription);
}

/** What the rows say, without when they were read. */
async function rowsOf(workspaceId: string): Promise<JsonValue> {
  const { database } = p.t;
  const { rows: subscriptions } = await database.raw(
    `select to_jsonb(s) - 'read_at' as row from subscriptions s where workspace_id = ? order by id`,
    [workspaceId],
  );
  const { rows: invoices } = await database.raw(
    `select to_jsonb(i) - 'read_at' as row from plan_invoices i where workspace_id = ? order by id`,
    [workspaceId],
  );
  const { rows: money } = await database.raw(
    `select t.kind, t.external_ref, e.amount_minor::text as amount from ledger.transfers t join ledger.entries e on e.transfer_id = t.id
     where t.external_ref in (select payment_intent_id from plan_invoices where workspace_id = ?) order by 1, 2, 3`,
    [workspaceId],
  );
  return { subscriptions, invoices, money };
}

async function forget(workspaceId: string): Promise<void> {
  await p.t.database('plan_reminders').delete();
  await p.t.database('plan_invoices').where({ workspace_id: workspaceId }).delete();
  await p.t.database('subscriptions').where({ workspace_id: workspaceId }).delete();
}

/** Applies events as the worker does: by their type, to the object they are about. */
async function apply(events: { type: string; object: string }[]): Promise<void> {
  for (const { type, object } of events) await handlerOf(type)?.(p.t.context, object, null);
}

describe('events of a subscription', () => {
  it('end in the same rows and the same money, in any order, once or many times', async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.infiniteStream(fc.nat()), async (chosen, numbers) => {
        const team = await p.subscribed();
        p.stripe.control.setWebhooks({ hold: true });
        for (const step of chosen) await take(step, team);
        p.stripe.control.setWebhooks({ hold: false });
        await p.settle();
        const inOrder = await rowsOf(team.id);
        expect(inOrder.subscriptions).toHaveLength(1);
        const known = await p.t
          .database('stripe_events')
          .where(
            (query) =>
              void query.where({ object_id: team.subscription }).orWhereIn(
                'object_id',
                p.invoicesOf(team.subscription).map(({ id }) => id),
              ),
          )
          .select({ type: 'type', object: 'object_id' });
        const random = () => (numbers.next().value as number) % 1000;
        const shuffled = [...known, ...known.filter(() => random() % 2 === 0)]
          .map((event) => ({ event, at: random() }))
          .sort((a, b) => a.at - b.at)
          .map(({ event }) => event);
        await forget(team.id);
        await apply(shuffled);
        expect(await rowsOf(team.id)).toEqual(inOrder);
        await Promise.all(shuffled.slice(0, 8).map((event) => apply([event])));
        expect(await rowsOf(team.id)).toEqual(inOrder);
      }),
      { numRuns: 20 },
    );
    expect(await p.differences()).toEqual([]);
  }, 120_000);

  it('that come late never put an older state over a newer one', async () => {
    const team = await p.subscribed();
    const { database } = p.t;
    await p.post(`${team.path}/cancel`, team.owner.key);
    await p.settle();
    const before = await database('subscriptions').where({ id: team.subscription }).first();
    await database('subscriptions')
      .where({ id: team.subscription })
      .update({ read_at: database.raw(`clock_timestamp() + interval '1 hour'`), status: 'paused' });
    await apply([{ type: 'customer.subscription.updated', object: team.subscription }]);
    const after = await database('subscriptions').where({ id: team.subscription }).first();
    expect(after).toMatchObject({ status: 'paused', cancels_at: before.cancels_at });
  });

  it('of a subscription that is not ours are left alone', async () => {
    const team = await p.subscribed();
    const theirs = p.objects('subscriptions').find(({ id }) => id === team.subscription);
    theirs.metadata = {};
    theirs.customer = 'cus_of_somebody_else';
    await forget(team.id);
    await apply([{ type: 'customer.subscription.updated', object: team.subscription }]);
    expect(await p.t.database('subscriptions').where({ id: team.subscription })).toEqual([]);
  });
});
