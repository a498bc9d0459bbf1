import { only, type Line } from './line.ts';
import type { World } from './world.ts';

const workspace = (w: World) => ({ workspaceId: w.team.slug });
const posters = ['moderator', 'poster', 'admin', 'owner'] as const;
const managers = ['admin', 'owner'] as const;
const otherMembers = { poster: 403, moderator: 403, developer: 403 };

/** A wallet that has money, and a card. */
async function filled(w: World): Promise<void> {
  const path = `/api/wallets/${w.team.slug}`;
  const { body } = await w.p.post(`${path}/top-ups`, w.people.owner.key, { amountMinor: 5_000, currency: 'USD' });
  await w.p.visit(body.checkoutUrl, { outcome: 'paid' });
  await w.p.visit((await w.p.post(`${path}/card`, w.people.owner.key)).body.setupUrl, { outcome: 'saved' });
  await w.p.settle();
}

/** A funding by the admin that waits for a second person. */
async function asked(w: World): Promise<{ id: string }> {
  const path = `/api/wallets/${w.team.slug}`;
  await filled(w);
  await w.p
    .post(`${path}/top-ups`, w.people.owner.key, { amountMinor: 50_000, currency: 'USD' })
    .then(({ body }) => w.p.visit(body.checkoutUrl, { outcome: 'paid' }));
  await w.p.settle();
  await w.p.post(`${path}/approval-rule`, w.people.owner.key, { currency: 'USD', aboveMinor: 100 });
  const { id } = await w.draft();
  const { body } = await w.p.post(`/api/bounties/${id}/fund`, w.people.admin.key, { source: 'card' });
  return { id: body.approval.id };
}

/** Who may see, fill and empty a workspace's wallet, and who agrees to what is spent, by route. */
export const walletLines: Record<string, Line> = {
  'GET /api/wallets/:workspaceId': only(posters, 200, (w) => ({ params: workspace(w) }), 404, { developer: 403 }),
  'GET /api/wallets/:workspaceId/history': only(managers, 200, (w) => ({ params: workspace(w) }), 404, otherMembers),
  'POST /api/wallets/:workspaceId/top-ups': only(
    posters,
    200,
    (w) => ({ params: workspace(w), body: { amountMinor: 5_000, currency: 'USD' } }),
    404,
    { developer: 403 },
  ),
  'POST /api/wallets/:workspaceId/withdrawals': only(
    managers,
    200,
    async (w) => {
      await filled(w);
      return { params: workspace(w), body: { amountMinor: 1_000, currency: 'USD', reason: 'Not needed' } };
    },
    404,
    otherMembers,
  ),
  'POST /api/wallets/:workspaceId/card': only(managers, 200, (w) => ({ params: workspace(w) }), 404, otherMembers),
  'DELETE /api/wallets/:workspaceId/card': only(
    managers,
    204,
    async (w) => {
      await filled(w);
      return { params: workspace(w) };
    },
    404,
    otherMembers,
  ),
  'GET /api/wallets/:workspaceId/rules': only(managers, 200, (w) => ({ params: workspace(w) }), 404, otherMembers),
  'POST /api/wallets/:workspaceId/limits': only(
    managers,
    200,
    (w) => ({ params: workspace(w), body: { currency: 'USD', role: 'poster', monthlyMinor: 5_000 } }),
    404,
    otherMembers,
  ),
  'POST /api/wallets/:workspaceId/approval-rule': only(
    managers,
    200,
    (w) => ({ params: workspace(w), body: { currency: 'EUR', aboveMinor: 5_000 } }),
    404,
    otherMembers,
  ),
  'POST /api/wallets/:workspaceId/approvers': only(
    managers,
    200,
    (w) => ({ params: workspace(w), body: { accountId: w.people.owner.id } }),
    404,
    otherMembers,
  ),
  'DELETE /api/wallets/:workspaceId/approvers/:accountId': only(
    managers,
    200,
    (w) => ({ params: { ...workspace(w), accountId: w.people.moderator.id } }),
    404,
    otherMembers,
  ),
  'GET /api/wallets/:workspaceId/approvals': only(posters, 200, (w) => ({ params: workspace(w) }), 404, {
    developer: 403,
  }),
  'GET /api/approvals/:id': only(posters, 200, async (w) => ({ params: await asked(w) }), 404),
  // The admin asked, so that only the owner is a second person.
  'POST /api/approvals/:id/approve': only(['owner'], 200, async (w) => ({ params: await asked(w) }), 404, {
    admin: 403,
    moderator: 403,
    poster: 403,
  }),
  'POST /api/approvals/:id/decline': only(managers, 200, async (w) => ({ params: await asked(w) }), 404, {
    moderator: 403,
    poster: 403,
  }),
};
