import { anyone, only, platformAdmins, type Line } from './line.ts';

const members = ['developer', 'moderator', 'poster', 'admin', 'owner'] as const;

/** Who may see and decide about a workspace's plan, by route. */
export const planLines: Record<string, Line> = {
  'GET /api/plans': anyone(200),
  'GET /api/workspaces/:slug/plan': only(members, 200, (w) => ({ params: { slug: w.team.slug } }), 404),
  'POST /api/admin/workspaces/:id/plan': platformAdmins(200, (w) => ({
    params: { id: w.team.slug },
    body: { plan: 'enterprise', reason: 'a test' },
  })),
};
