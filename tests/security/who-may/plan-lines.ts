import { anyone, only, platformAdmins, type Line } from './line.ts';
import type { World } from './world.ts';

const members = ['developer', 'moderator', 'poster', 'admin', 'owner'] as const;

const managers = ['admin', 'owner'] as const;
const others = { poster: 403, moderator: 403, developer: 403 };

/** A subscription of the team at Stripe; another one after the last has ended. */
async function subscribe(w: World): Promise<void> {
  const path = `/api/workspaces/${w.team.slug}/plan`;
  const chosen = await w.p.post(path, w.people.owner.key, {});
  if (chosen.status !== 200) return;
  await w.p.visit(chosen.body.checkoutUrl, { outcome: 'paid' });
  await w.p.settle();
}

/** Who may see and decide about a workspace's plan, by route. */
export const planLines: Record<string, Line> = {
  'GET /api/plans': anyone(200),
  'GET /api/workspaces/:slug/plan': only(members, 200, (w) => ({ params: { slug: w.team.slug } }), 404),
  'POST /api/workspaces/:slug/plan': only(
    managers,
    200,
    (w) => ({ params: { slug: w.team.slug }, body: { dryRun: true, addons: ['priority_executions'] } }),
    404,
    others,
  ),
  'POST /api/workspaces/:slug/plan/cancel': only(
    managers,
    200,
    async (w) => {
      await subscribe(w);
      return { params: { slug: w.team.slug }, body: { dryRun: true } };
    },
    404,
    others,
  ),
  'POST /api/workspaces/:slug/plan/keep': only(
    managers,
    200,
    async (w) => {
      await subscribe(w);
      await w.p.post(`/api/workspaces/${w.team.slug}/plan/cancel`, w.people.owner.key, {});
      return { params: { slug: w.team.slug } };
    },
    404,
    others,
  ),
  'POST /api/workspaces/:slug/plan/card': only(managers, 200, (w) => ({ params: { slug: w.team.slug } }), 404, others),
  'GET /api/workspaces/:slug/plan/invoices': only(
    managers,
    200,
    (w) => ({ params: { slug: w.team.slug } }),
    404,
    others,
  ),
  'POST /api/admin/workspaces/:id/plan': platformAdmins(200, (w) => ({
    params: { id: w.team.slug },
    body: { plan: 'enterprise', reason: 'a test' },
  })),
};
