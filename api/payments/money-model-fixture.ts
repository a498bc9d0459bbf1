import { randomUUID } from 'node:crypto';
import { makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { makeAgent } from '../submissions/entry-fixture.ts';
import { makeCode } from '../affiliates/make-code.ts';
import type { Payments } from './payments-fixture.ts';

export const modes = ['winner', 'split', 'places'] as const;
export const currencies = ['USD', 'JPY', 'KWD'] as const;

/** What one run begins with; everything else is decided by its steps. */
export type Shape = { currency: (typeof currencies)[number]; modes: (typeof modes)[number][]; starts: number[] };

export type Account = { id: string; key: string };

/** A bounty of a run: its pages at Stripe, what may be awarded, and what was decided about it first. */
export type Subject = {
  id: string;
  poster: Account;
  submissionIds: string[];
  decided: string | null;
};

/** One run of the model: two bounties and two winners, the second of whom has not set up payouts, and how far Stripe's news have come. */
export type World = {
  p: Payments;
  bounties: Subject[];
  winners: Account[];
  /** An admin of the platform. */
  admin: Account;
  /** Ids of events that were there before, or have been delivered. */
  heard: Set<string>;
  startedAt: Date;
  /** How often something was reached, over all runs. */
  reached: Map<string, number>;
};

const rewardMinor = { USD: 10_001, JPY: 10_001, KWD: 10_000 };

/** What somebody does to a bounty: `n` picks among what can be picked, `order` shuffles. A step that makes no sense now does nothing. */
export type Step = (world: World, bounty: Subject, n: number, order: number[]) => Promise<void>;

/** A new world on the shared Stripe and database, in which Stripe's news are delivered by steps alone. */
export async function openWorld(p: Payments, shape: Shape, reached: Map<string, number>): Promise<World> {
  p.stripe.control.setWebhooks({ drop: true });
  const before = newsOf({ p, heard: new Set() }).map(({ id }) => id as string);
  // The sweep leaves the payees of former runs alone.
  await p.t.database('payees').update({ created_at: new Date(0) });
  const first = await makeAccount(p.t, 'First');
  const second = await makeAccount(p.t, 'Second');
  const { body } = await p.post('/api/payouts/setup', first.key, { country: 'DE' });
  await p.visit(body.onboardingUrl, { outcome: 'complete' });
  const winners = [first, second];
  const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
  const world: World = { p, bounties: [], winners, admin, heard: new Set(before), startedAt: new Date(), reached };
  for (const mode of shape.modes) {
    const places = mode === 'places' ? { places: [50, 30, 20] } : {};
    const { id, poster } = await p.draft({
      mode,
      ...places,
      currency: shape.currency,
      rewardMinor: rewardMinor[shape.currency],
    });
    world.bounties.push({ id, poster, submissionIds: [], decided: null });
  }
  for (const winner of winners) await enter(world, winner);
  await inviteFirst(world, await makeAccount(p.t, 'Affiliate'));
  return world;
}

/** Somebody has invited the poster of the first bounty. */
async function inviteFirst({ p, bounties }: Pick<World, 'p' | 'bounties'>, affiliate: Account): Promise<void> {
  await p.t.database.transaction(async (trx) => {
    await makeCode(trx, affiliate.id);
    await trx('invitations').insert({
      account_id: bounties[0]?.poster.id,
      affiliate_account_id: affiliate.id,
      ends_at: trx.raw(`clock_timestamp() + interval '1 day'`),
    });
  });
}

/** The winner's agent passes every case of both bounties. */
async function enter({ p, bounties }: World, winner: Account): Promise<void> {
  const agent = await makeAgent(p.t, 'Agent', { owner: winner });
  for (const bounty of bounties) {
    const id = randomUUID();
    bounty.submissionIds.push(id);
    await p.t.database('submissions').insert({
      id,
      bounty_id: bounty.id,
      agent_upload_id: agent.agentId,
      agent_version_id: agent.versionIds[0],
      account_id: winner.id,
      state: 'scored',
      score: 1,
      passed: true,
      verdict: JSON.stringify({ score: 1, passed: true, reasons: [], metrics: [] }),
      scored_at: new Date(),
    });
  }
}

export function note(world: World, what: string): void {
  world.reached.set(what, (world.reached.get(what) ?? 0) + 1);
}

/** Stripe's objects of one kind that are of these bounties. */
export const sessionsOf = ({ p }: World, bounty: Subject): JsonValue[] =>
  p.objects('sessions').filter(({ client_reference_id: id }) => id === bounty.id);
export const chargesOf = ({ p }: World, bounty: Subject): JsonValue[] =>
  p.objects('charges').filter(({ transfer_group: group, paid }) => paid && group === `bounty:${bounty.id}`);
export const disputesOf = (world: World, bounty: Subject): JsonValue[] => {
  const charges = new Set(chargesOf(world, bounty).map(({ id }) => id));
  return world.p.objects('disputes').filter(({ charge }) => charges.has(charge));
};

/** What Stripe has to tell and has not told; thin events of payees too. */
export function newsOf({ p, heard }: Pick<World, 'p' | 'heard'>): JsonValue[] {
  const thin = p.objects('thinEvents').map(({ notification }) => notification);
  return [...p.objects('events'), ...thin].filter(({ id }) => !heard.has(id));
}
