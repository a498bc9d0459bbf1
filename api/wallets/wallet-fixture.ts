import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { call, makeAccount, makeTeam } from '../../tests/support/factories.ts';
import type { Role } from '../workspaces/roles.ts';
import { bountyRequest } from '../bounties/market-fixture.ts';
import { accountBalance, findViolations } from '../ledger/find-balances.ts';
import { openPayments, type Payments } from '../payments/payments-fixture.ts';
import { reconcile } from '../reconciliation/reconcile.ts';

export type Team = Awaited<ReturnType<typeof openTeam>>;
export type Person = { id: string; key: string };

/** For a test file: the API and a Stripe, and for each test a team of its own. In the end the ledger and Stripe are compared. */
export function useTeam(env: Record<string, string> = {}): { p: Payments; team: Team } {
  const p = {} as Payments;
  const team = {} as Team;
  beforeAll(async () => {
    Object.assign(p, await openPayments(env));
  });
  beforeEach(async () => {
    Object.assign(team, await openTeam(p));
  });
  afterAll(async () => {
    await p.settle();
    expect(await findViolations(p.t.database)).toEqual([]);
    const found = await reconcile(p.t.context, { cutOff: new Date(Date.now() + 1_000), since: null });
    expect(found.differences).toEqual([]);
    await p.close();
  });
  return { p, team };
}

/** For tests: a workspace with people of every role, its wallet, and what they do with it. */
export async function openTeam(p: Payments) {
  const names = ['owner', 'admin', 'moderator', 'poster', 'developer'] as const;
  const made = await Promise.all(names.map((name) => makeAccount(p.t, `${name} ${randomUUID().slice(0, 4)}`)));
  const people = Object.fromEntries(names.map((name, index) => [name, made[index]])) as Record<
    (typeof names)[number],
    Person
  >;
  const team = await makeTeam(
    p.t,
    Object.fromEntries(names.map((name) => [people[name].id, name])) as Record<string, Role>,
  );
  const path = `/api/wallets/${team.slug}`;
  const balance = (currency = 'USD') => accountBalance(p.t.database, `wallet:${team.id}`, currency);
  const postAs = async (who: Person, body: object = {}): Promise<string> => {
    const answer = await p.post(
      '/api/bounties',
      who.key,
      bountyRequest({ rewardMinor: 10_000, workspace: team.slug, ...body }),
    );
    return answer.body.id;
  };
  return {
    ...people,
    id: team.id,
    slug: team.slug,
    balance,
    draft: postAs,
    look: (who: Person) => call(p.api, 'GET', path, { key: who.key }),
    history: (who: Person, query = '') => call(p.api, 'GET', `${path}/history${query}`, { key: who.key }),
    /** A payment into the wallet, all the way. */
    async topUp(amountMinor: number, who: Person = people.owner, currency = 'USD') {
      const { body } = await p.post(`${path}/top-ups`, who.key, { amountMinor, currency });
      await p.visit(body.checkoutUrl, { outcome: 'paid' });
      await p.settle();
      return body.id as string;
    },
    withdraw: (who: Person, body: object) => p.post(`${path}/withdrawals`, who.key, { currency: 'USD', ...body }),
    /** The card with these last digits is on file. */
    async keepCard(card: '4242' | '0341' | '9995' | '3184' = '4242') {
      const { body } = await p.post(`${path}/card`, people.owner.key);
      await p.visit(body.setupUrl, { outcome: 'saved', card });
      await p.settle();
    },
    fund: (who: Person, bountyId: string, body: object) => p.post(`/api/bounties/${bountyId}/fund`, who.key, body),
    bounty: async (id: string) => (await call(p.api, 'GET', `/api/bounties/${id}`, { key: people.owner.key })).body,
  };
}
