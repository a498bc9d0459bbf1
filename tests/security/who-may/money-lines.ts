import { bountyRequest } from '../../../api/bounties/market-fixture.ts';
import { anyone, everyone, managers, only, platformAdmins, type Line } from './line.ts';

const decides = only(managers, 200, async (w) => ({ params: { id: (await w.scored()).bountyId } }), 403);
const awards = only(
  managers,
  200,
  async (w) => {
    const { bountyId, submissionId } = await w.scored();
    return { params: { id: bountyId }, body: { submissionId } };
  },
  403,
);
const evidence = platformAdmins(200, async (w) => ({ params: { id: await w.disputed() } }));
const statement = only(['admin', 'owner'], 200, (w) => ({ params: { slug: w.team.slug } }), 404, {
  poster: 403,
  moderator: 403,
  developer: 403,
});

/** Who may ask for or move money, by route. */
export const moneyLines: Record<string, Line> = {
  'POST /api/bounties/:id/fund': only(managers, 200, async (w) => ({ params: { id: (await w.draft()).id } }), 404),
  'POST /api/bounties/:id/boosts': everyone(200, async (w) => ({
    params: { id: (await w.funded()).id },
    body: { amountMinor: 500 },
  })),
  'POST /api/bounties/:id/cancel': decides,
  'POST /api/bounties/:id/refund': decides,
  'POST /api/bounties/:id/award': awards,
  'POST /api/bounties/:id/release-payment': awards,
  'GET /api/bounties/:id/receipt': anyone(200, async (w) => ({ params: { id: (await w.awarded()).bountyId } })),
  'GET /api/bounties/:id/funding-receipt': only(
    managers,
    200,
    async (w) => ({ params: { id: (await w.funded()).id } }),
    403,
  ),
  // Unsigned, it is refused whoever sends it; signed ones: api/payments/webhooks.test.ts.
  'POST /api/webhooks/stripe': anyone(400, () => ({ body: { id: 'evt_1', object: 'event' } })),
  // Everybody but whose submission it is.
  'POST /api/submissions/:id/tips': only(
    ['stranger', 'otherPoster', 'developer', 'moderator', 'poster', 'admin', 'owner', 'platformAdmin'],
    200,
    async (w) => ({ params: { id: (await w.scored()).submissionId }, body: { amountMinor: 500 } }),
    403,
  ),
  'POST /api/payouts/country': everyone(200, () => ({ body: { country: 'DE' } })),
  'POST /api/payouts/setup': everyone(200, () => ({ body: { country: 'DE' } })),
  'GET /api/payouts': everyone(200),
  'GET /api/payouts/statement': everyone(200),
  'GET /api/payouts/statement.csv': everyone(200),
  'GET /api/workspaces/:slug/statement': statement,
  'GET /api/workspaces/:slug/statement.csv': statement,
  'GET /api/admin/audit': platformAdmins(200),
  'GET /api/workspaces/:id/audit': only(['admin', 'owner'], 200, (w) => ({ params: { id: w.team.slug } }), 404, {
    poster: 403,
    moderator: 403,
    developer: 403,
  }),
  'GET /api/admin/stripe-events': platformAdmins(200),
  'POST /api/admin/stripe-events/:id/replay': platformAdmins(202, async (w) => {
    await w.funded();
    return { params: { id: (await w.p.t.database('stripe_events').first('id')).id } };
  }),
  'POST /api/admin/reconciliations': platformAdmins(202),
  'GET /api/admin/reconciliations': platformAdmins(200),
  'GET /api/admin/reconciliations/:id': platformAdmins(200, async (w) => {
    const asked = await w.p.post('/api/admin/reconciliations', w.people.platformAdmin.key);
    return { params: { id: asked.body.id } };
  }),
  'GET /api/admin/chargebacks': platformAdmins(200),
  'POST /api/admin/chargebacks/:id/decide': platformAdmins(200, async (w) => ({
    params: { id: await w.lost() },
    body: { action: 'withhold', reason: 'The winner was the card holder.' },
  })),
  'GET /api/admin/chargebacks/:id/evidence': evidence,
  'GET /api/admin/chargebacks/:id/evidence.txt': evidence,
  'POST /api/admin/settlement-stop/lift': platformAdmins(200, async (w) => {
    await w.p.t.database('ledger.settlement_stop').insert({ reason: 'a test' }).onConflict().ignore();
    return { body: { reason: 'It was a test alone.' } };
  }),
  'POST /api/bounties': only(
    [...managers, 'moderator'],
    201,
    (w) => ({ body: bountyRequest({ workspace: w.team.slug }) }),
    404,
    { developer: 403 },
  ),
};
