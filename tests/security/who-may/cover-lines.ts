import { managers, only, platformAdmins, type Line } from './line.ts';
import type { World } from './world.ts';

/** An insured bounty that a competitor tried, nothing passed, and that was cancelled after its deadline. */
async function failed(w: World) {
  const { bountyId, submissionId } = await w.scored();
  const { database } = w.p.t;
  await database('submissions').where({ id: submissionId }).update({ passed: false });
  const checkout = await database('checkouts').where({ bounty_id: bountyId, state: 'paid' }).first('id');
  await database('covers').insert({
    bounty_id: bountyId,
    checkout_id: checkout.id,
    workspace_id: w.team.id,
    account_id: w.people.poster.id,
    currency: 'USD',
    premium_minor: 500,
    cover_minor: 2_000,
    state: 'open',
  });
  const ended = database.raw('clock_timestamp()');
  const deadline = database.raw(`clock_timestamp() - interval '1 hour'`);
  await database('bounties').where({ id: bountyId }).update({ state: 'cancelled', deadline, ended_at: ended });
  return { params: { id: bountyId } };
}

/** Who may see and claim an insurance, by route. */
export const coverLines: Record<string, Line> = {
  'POST /api/bounties/:id/claim': only(managers, 200, failed, 403),
  'GET /api/bounties/:id/cover': only(managers, 200, failed, 403),
  'GET /api/admin/insurance/pool': platformAdmins(200),
  'GET /api/admin/insurance/pool.csv': platformAdmins(200),
};
