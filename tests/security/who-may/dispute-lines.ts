import { everyone, managers, only, platformAdmins, type Line } from './line.ts';
import type { World } from './world.ts';

const both = [...managers, 'competitor'] as const;

/** A submission that passed and that the poster rejected: both sides may dispute it. */
async function rejected(w: World): Promise<string> {
  const { submissionId } = await w.scored();
  await w.made('poster', `/api/submissions/${submissionId}/reject`, { reason: 'Copied.' });
  return submissionId;
}

/** Its dispute, opened by the competitor. */
async function disputed(w: World): Promise<{ id: string }> {
  const dispute = await w.made('competitor', `/api/submissions/${await rejected(w)}/disputes`, {
    reason: 'It is right.',
  });
  return { id: dispute.id };
}

async function answered(w: World): Promise<{ id: string }> {
  const { id } = await disputed(w);
  await w.made('poster', `/api/disputes/${id}/answer`, { text: 'It is not.' });
  return { id };
}

/** Who may dispute, answer, read and decide, by route. An admin of the platform sees every dispute, and is on no side of it. */
export const disputeLines: Record<string, Line> = {
  'POST /api/submissions/:id/disputes': only(
    both,
    201,
    async (w) => ({ params: { id: await rejected(w) }, body: { reason: 'It is right.' } }),
    404,
  ),
  'GET /api/bounties/:id/disputes': everyone(200, async (w) => ({ params: { id: (await w.funded()).id } })),
  'GET /api/disputes/:id': only([...both, 'platformAdmin'], 200, async (w) => ({ params: await disputed(w) }), 404),
  'POST /api/disputes/:id/answer': only(
    managers,
    200,
    async (w) => ({ params: await disputed(w), body: { text: 'It is not.' } }),
    404,
    { competitor: 403, platformAdmin: 403 },
  ),
  'POST /api/disputes/:id/evidence': only(
    both,
    200,
    async (w) => ({ params: await disputed(w), body: { evidence: [{ text: 'A log.' }] } }),
    404,
    { platformAdmin: 403 },
  ),
  'POST /api/disputes/:id/withdraw': only(['competitor'], 200, async (w) => ({ params: await disputed(w) }), 404, {
    poster: 403,
    admin: 403,
    owner: 403,
    platformAdmin: 403,
  }),
  'GET /api/admin/disputes': platformAdmins(200),
  'POST /api/admin/disputes/:id/decide': platformAdmins(200, async (w) => ({
    params: await answered(w),
    body: { outcome: 'stands', reason: 'The runs show it.' },
  })),
};
