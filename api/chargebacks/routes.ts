import { prefersText } from '../platform/http/prefers-text.ts';
import { route, type Route } from '../platform/http/route.ts';
import { chargebackList, evidenceWire } from './contract.ts';
import { findChargebacks, findEvidence } from './find-evidence.ts';
import { presentChargeback, presentEvidence } from './present-evidence.ts';
import { writeEvidence } from './write-evidence.ts';

const text = 'text/plain';

export const chargebackRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/admin/chargebacks',
    summary: 'Chargebacks of payments, those the bank has not decided first.',
    who: 'platform_admin',
    limit: 'read',
    answers: { 200: chargebackList },
    handle: async ({ context }) => ({
      status: 200,
      body: { data: (await findChargebacks(context)).map(presentChargeback) },
    }),
  }),
  evidenceRoute(''),
  evidenceRoute('.txt'),
];

/** The same file under two addresses: JSON, or text where the address ends so or `Accept` asks for it. */
function evidenceRoute(ending: '' | '.txt'): Route {
  return route({
    method: 'GET',
    path: `/api/admin/chargebacks/:id/evidence${ending}`,
    summary: 'What shows a bank what was bought, by whom, and what was done for it: JSON, or text.',
    who: 'platform_admin',
    limit: 'read',
    answers: { 200: evidenceWire },
    texts: [text],
    handle: async ({ context, accountId, params, headers }) => {
      const evidence = await findEvidence(context, params['id'] ?? '', accountId);
      if (ending === '' && !prefersText(headers, text))
        return { status: 200, body: presentEvidence(evidence), headers: { Vary: 'Accept' } };
      const type = { 'Content-Type': `${text}; charset=utf-8`, Vary: 'Accept' };
      return { status: 200, body: writeEvidence(evidence), headers: type };
    },
  });
}
