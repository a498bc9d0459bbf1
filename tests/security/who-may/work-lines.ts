import { anyone, bots, everyone, managers, only, platformAdmins, type Line } from './line.ts';
import { roles, type World } from './world.ts';

const draftToRead = async (w: World) => ({ params: { id: (await w.draft()).id } });
const readsDraft: Line = {
  ask: draftToRead,
  answers: Object.fromEntries(roles.map((role) => [role, managers.includes(role) ? 200 : 404])) as Line['answers'],
};
const ownAgent = (status: number, body?: object, extra: Record<string, string> = {}): Line =>
  only(
    ['competitor'],
    status,
    (w) => ({ params: { id: w.agent.id, ...extra }, ...(body === undefined ? {} : { body }) }),
    404,
  );
const ranking = only(
  managers,
  200,
  async (w) => ({ params: { id: (await w.scored()).submissionId }, body: { reason: 'Copied.' } }),
  404,
  { competitor: 403 },
);
const askForHttp = { tool: 'http.get', hosts: ['example.com'], reason: 'to read' };

/** Who may do what with bounties, agents, runs and everything else that is not money itself, by route. */
export const workLines: Record<string, Line> = {
  'GET /.well-known/jwks.json': anyone(200),
  'POST /api/auth/token': bots(200, () => ({
    body: { surface: 'slack', homeId: 'T1', userId: 'U1', displayName: 'Una' },
  })),
  'GET /api/me': everyone(200),
  'POST /api/keys': everyone(201, () => ({ body: { name: 'mine' } })),
  'GET /api/keys': everyone(200),
  'DELETE /api/keys/:id': only(['competitor'], 204, async (w) => ({ params: { id: await w.keyOfCompetitor() } }), 404),
  'GET /api/bounties': anyone(200),
  'GET /api/bounties/:id': readsDraft,
  'GET /api/bounties/:id/cases': readsDraft,
  'POST /api/bounties/:id/entries': only(
    roles.filter((role) => role !== 'poster'),
    201,
    async (w) => ({ params: { id: (await w.funded()).id } }),
    403,
  ),
  'POST /api/bounties/:id/submissions': only(
    ['competitor'],
    201,
    async (w) => ({ params: { id: (await w.funded()).id }, body: { versionId: w.agent.versionId } }),
    404,
  ),
  'GET /api/bounties/:id/submissions': everyone(200, async (w) => ({ params: { id: (await w.scored()).bountyId } })),
  'GET /api/submissions/:id': only(
    [...managers, 'competitor'],
    200,
    async (w) => ({ params: { id: (await w.scored()).submissionId } }),
    404,
  ),
  'POST /api/submissions/:id/withdraw': only(
    ['competitor'],
    200,
    async (w) => ({ params: { id: (await w.scored()).submissionId } }),
    404,
  ),
  'POST /api/submissions/:id/reject': ranking,
  'POST /api/submissions/:id/restore': { ...ranking, ask: async (w) => ({ ...(await ranking.ask(w)), body: {} }) },
  'GET /api/bounties/:id/leaderboard': anyone(200, async (w) => ({ params: { id: (await w.scored()).bountyId } })),
  'GET /api/leaderboard': anyone(200),
  'POST /api/agent-uploads': everyone(201, () => ({ body: { name: 'Mine', source: 'export default () => 1;' } })),
  'GET /api/agent-uploads': everyone(200),
  'GET /api/agent-uploads/:id': ownAgent(200),
  'PATCH /api/agent-uploads/:id': ownAgent(200, { name: 'Sorter' }),
  'POST /api/agent-uploads/:id/fork': ownAgent(201, {}),
  'POST /api/agent-uploads/:id/versions': ownAgent(201, { source: 'export default () => 2;' }),
  'GET /api/agent-uploads/:id/versions': ownAgent(200),
  'GET /api/agent-uploads/:id/versions/:number': ownAgent(200, undefined, { number: '1' }),
  'POST /api/agent-uploads/:id/test': ownAgent(202, { input: 1 }),
  'GET /api/agent-templates': anyone(200),
  'POST /api/agent-manifests/preview': everyone(200, () => ({
    body: {
      form: {
        template: 'sort-into-classes',
        answers: { field: 'text', rules: [['billing', 'invoice']], otherwise: 'none', output: 'class' },
      },
    },
  })),
  'GET /api/schemas/agent-v1.json': anyone(200),
  'GET /api/executions': everyone(200),
  'GET /api/executions/:id': only(
    ['competitor'],
    200,
    async (w) => ({ params: { id: await w.tested('queued') } }),
    404,
  ),
  'GET /api/executions/:id/logs': only(
    ['competitor'],
    200,
    async (w) => ({ params: { id: await w.tested('queued') } }),
    404,
  ),
  'POST /api/executions/:id/cancel': only(
    ['competitor'],
    200,
    async (w) => ({ params: { id: await w.tested('queued') } }),
    404,
  ),
  'POST /api/executions/:id/replay': only(
    ['competitor', 'platformAdmin'],
    202,
    async (w) => ({ params: { id: await w.tested('succeeded') } }),
    404,
  ),
  'POST /api/executions/:id/retry': only(
    ['competitor'],
    202,
    async (w) => ({ params: { id: await w.tested('failed') } }),
    404,
  ),
  'POST /api/chat/homes': bots(200, () => ({ body: { homeId: 'T1', channelId: 'C1' } })),
  'POST /api/chat/cards': bots(200, async (w) => {
    await w.p.post('/api/chat/homes', w.keyOf('bot') ?? '', { homeId: 'T1', channelId: 'C1' });
    return { body: { bountyId: (await w.funded()).id, homeId: 'T1', channelId: 'C1' } };
  }),
  'POST /api/chat/cards/claim': bots(200, () => ({ body: {} })),
  'POST /api/chat/notices/claim': bots(200, () => ({ body: {} })),
  'POST /api/chat/notices/:id/settle': bots(200, () => ({
    params: { id: crypto.randomUUID() },
    body: { leaseToken: crypto.randomUUID() },
  })),
  'POST /api/chat/cards/:id/settle': bots(200, () => ({
    params: { id: crypto.randomUUID() },
    body: { leaseToken: crypto.randomUUID(), failed: 'gone', permanent: true },
  })),
  'GET /api/stats': anyone(200),
  'GET /api/agent-tools': anyone(200),
  'GET /api/agent-uploads/:id/tools': ownAgent(200),
  'POST /api/agent-uploads/:id/tools': ownAgent(201, askForHttp),
  'DELETE /api/agent-uploads/:id/tools/:tool': only(
    ['competitor'],
    200,
    async (w) => {
      await w.made('competitor', `/api/agent-uploads/${w.agent.id}/tools`, askForHttp);
      return { params: { id: w.agent.id, tool: 'http.get' } };
    },
    404,
  ),
  'GET /api/tool-requests': platformAdmins(200),
  'POST /api/tool-requests/:agent/:tool/decide': platformAdmins(200, async (w) => {
    await w.made('competitor', `/api/agent-uploads/${w.agent.id}/tools`, askForHttp);
    return { params: { agent: w.agent.id, tool: 'http.get' }, body: { decision: 'refuse', reason: 'No.' } };
  }),
  'POST /api/integrations': everyone(201, () => ({
    body: {
      name: `c-${crypto.randomUUID().slice(0, 8)}`,
      baseUrl: 'https://example.com',
      auth: 'bearer',
      secret: 'sk-0123456789abcdef',
      operations: [{ name: 'list', method: 'GET', path: '/list' }],
    },
  })),
  'GET /api/integrations': everyone(200),
  'POST /api/integrations/:name/rotate': only(
    ['competitor'],
    200,
    () => ({ params: { name: 'mail' }, body: { secret: 'sk-fedcba9876543210' } }),
    404,
  ),
  'DELETE /api/integrations/:name': only(
    ['competitor'],
    200,
    async (w) => {
      const name = `c-${crypto.randomUUID().slice(0, 8)}`;
      await w.made('competitor', '/api/integrations', {
        name,
        baseUrl: 'https://example.com',
        auth: 'bearer',
        secret: 'sk-0123456789abcdef',
        operations: [{ name: 'list', method: 'GET', path: '/list' }],
      });
      return { params: { name } };
    },
    404,
  ),
  'GET /api/agent-uploads/:id/integrations': ownAgent(200),
  'POST /api/agent-uploads/:id/integrations': ownAgent(201, { connector: 'mail', operations: ['list'] }),
  'DELETE /api/agent-uploads/:id/integrations/:connector': only(
    ['competitor'],
    200,
    async (w) => {
      const link = { connector: 'mail', operations: ['list'] };
      await w.made('competitor', `/api/agent-uploads/${w.agent.id}/integrations`, link);
      return { params: { id: w.agent.id, connector: 'mail' } };
    },
    404,
  ),
  'GET /api/content-flags': platformAdmins(200),
  'POST /api/content-flags/:id/decide': platformAdmins(200, async (w) => ({
    params: { id: await w.flagged() },
    body: { decision: 'dismissed' },
  })),
};
