import { expect } from 'vitest';
import { makeAccount, type JsonValue } from '../../tests/support/factories.ts';
import { note, type Step, type Subject, type World } from './money-model-fixture.ts';

/** Disputes of submissions as their people and the admins make them; see money-steps-fixture.ts. */
export const disputeSteps = {
  /** The poster says that a submission must not win, or rejects it and its owner says that it must. */
  async dispute(world, bounty, n) {
    const winner = world.winners[n % 2];
    const id = bounty.submissionIds[n % 2];
    if (winner === undefined) return;
    if (n % 4 > 1) await world.p.post(`/api/submissions/${id}/reject`, bounty.poster.key, { reason: 'It is copied.' });
    const by = n % 4 > 1 ? winner : bounty.poster;
    const { status } = await world.p.post(`/api/submissions/${id}/disputes`, by.key, { reason: 'See for yourself.' });
    expect(status).toBeOneOf([201, 404, 409]);
    if (status === 201) note(world, 'disputed');
  },
  /** The time to answer is over, and two admins decide at once. */
  async decideDispute(world, bounty, n) {
    const found = await findUndecided(world, bounty);
    if (found === undefined) return;
    await decideTwice(world, found.id, n % 2 === 0 ? 'fails' : 'stands');
  },
} satisfies Record<string, Step>;

/** A dispute that holds the bounty's money back. */
export function findUndecided({ p }: World, bounty: Pick<Subject, 'id'>): Promise<JsonValue> {
  return p.t.database('disputes').where({ bounty_id: bounty.id }).whereIn('state', ['open', 'answered']).first('id');
}

/** When nothing is on its way, nothing waits for a decision either. */
export async function decideAll(world: World): Promise<void> {
  for (const bounty of world.bounties)
    for (;;) {
      const found = await findUndecided(world, bounty);
      if (found === undefined) break;
      await decideTwice(world, found.id, 'stands');
    }
}

async function decideTwice({ p }: World, id: string, outcome: 'stands' | 'fails'): Promise<void> {
  await p.t
    .database('disputes')
    .where({ id })
    .update({ answer_by: p.t.database.raw('created_at') });
  const admin = await makeAccount(p.t, 'Admin', { isPlatformAdmin: true });
  const decide = (what: string) =>
    p.post(`/api/admin/disputes/${id}/decide`, admin.key, { outcome: what, reason: 'The runs show it.' });
  const answers = await Promise.all([decide(outcome), decide(outcome === 'fails' ? 'stands' : 'fails')]);
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  // Alarms go to those who are left.
  await p.t.database('accounts').where({ id: admin.id }).update({ is_platform_admin: false });
}
