import type Stripe from 'stripe';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accountParams, openFixture, type Fixture } from './fixture.ts';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
});

afterEach(() => fixture.close());

const addresses = { refresh_url: 'https://quarry.example/again', return_url: 'https://quarry.example/payouts' };

async function makeLink(): Promise<Stripe.V2.Core.AccountLink> {
  const account = await fixture.stripe.v2.core.accounts.create(accountParams);
  return fixture.stripe.v2.core.accountLinks.create({
    account: account.id,
    use_case: { type: 'account_onboarding', account_onboarding: addresses },
  });
}

const stateOf = async (id: string) => {
  const account = await fixture.stripe.v2.core.accounts.retrieve(id, {
    include: ['configuration.recipient', 'requirements', 'identity'],
  });
  return {
    status: account.configuration?.recipient?.capabilities?.stripe_balance?.stripe_transfers?.status,
    open: account.requirements?.entries?.length ?? 0,
    country: account.identity?.country,
  };
};

describe("a payee's account", () => {
  it('is restricted until its page is completed, which thin events tell', async () => {
    const link = await makeLink();
    expect(await stateOf(link.account)).toMatchObject({ status: 'restricted', open: 4 });
    expect(await (await fetch(link.url)).text()).toContain('Local stand-in for Stripe');
    const body = new URLSearchParams({ outcome: 'complete', country: 'DE' });
    const answer = await fetch(link.url, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({
      outcome: 'complete',
      account: { id: link.account, identity: { country: 'de' } },
    });
    expect(await stateOf(link.account)).toEqual({ status: 'active', open: 0, country: 'de' });

    await fixture.standIn.control.flush();
    expect(fixture.received.map(({ type }) => type)).toEqual([
      'v2.core.account.created',
      'v2.core.account[identity].updated',
      'v2.core.account[requirements].updated',
      'v2.core.account[configuration.recipient].capability_status_updated',
      'v2.core.account_link.returned',
    ]);
    const told = fixture.received[3];
    expect(told?.data).toMatchObject({ related_object: { id: link.account, type: 'v2.core.account' } });
    const event = await fixture.stripe.v2.core.events.retrieve(told?.id ?? '');
    expect(event).toMatchObject({ data: { updated_capability: 'stripe_balance.stripe_transfers' } });
    const listed = await fixture.stripe.v2.core.events
      .list({ object_id: link.account, limit: 2 })
      .autoPagingToArray({ limit: 10 });
    expect(listed).toHaveLength(4);
  });

  it('stays restricted when the page is left, though the person comes back', async () => {
    const link = await makeLink();
    const left = await fetch(link.url, {
      method: 'POST',
      body: new URLSearchParams({ outcome: 'incomplete' }),
      headers: { Accept: 'text/html' },
      redirect: 'manual',
    });
    expect([left.status, left.headers.get('location')]).toEqual([303, addresses.return_url]);
    expect((await stateOf(link.account)).status).toBe('restricted');
  });

  it('cannot be paid in a country without payouts', async () => {
    const link = await makeLink();
    await fetch(link.url, { method: 'POST', body: new URLSearchParams({ outcome: 'complete', country: 'KP' }) });
    expect((await stateOf(link.account)).status).toBe('unsupported');
  });

  it('takes a link once and for an hour; afterwards it leads to the refresh address', async () => {
    const used = await makeLink();
    const complete = () =>
      fetch(used.url, { method: 'POST', body: new URLSearchParams({ outcome: 'complete', country: 'FR' }) });
    expect([(await complete()).status, (await complete()).status]).toEqual([200, 410]);
    const late = await makeLink();
    fixture.clock.nowMs += 3_600_000;
    const visit = await fetch(late.url, { redirect: 'manual' });
    expect([visit.status, visit.headers.get('location')]).toEqual([303, addresses.refresh_url]);
  });

  it('answers only the parts that were asked for', async () => {
    const { id } = await fixture.stripe.v2.core.accounts.create({ ...accountParams, include: [] });
    const account = await fixture.stripe.v2.core.accounts.retrieve(id);
    expect(account).toMatchObject({
      configuration: null,
      identity: null,
      requirements: null,
      applied_configurations: ['recipient'],
    });
  });
});
