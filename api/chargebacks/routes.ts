import { z } from 'zod';
import { prefersText } from '../platform/http/prefers-text.ts';
import { route, type Route } from '../platform/http/route.ts';
import { chargebackList, decideAnswer, decideRequest, evidenceWire, walletEvidenceWire } from './contract.ts';
import { decideChargeback } from './decide-chargeback.ts';
import { findChargebacks } from './find-chargebacks.ts';
import { findEvidence } from './find-evidence.ts';
import { presentChargeback, presentEvidence, presentWalletEvidence } from './present-evidence.ts';
import { writeEvidence } from './write-evidence.ts';
import { writeWalletEvidence } from './write-wallet-evidence.ts';

const text = 'text/plain';

export const chargebackRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/admin/chargebacks',
    summary: 'Chargebacks of payments: first those the bank has not decided, then those that wait for an admin.',
    who: 'platform_admin',
    limit: 'read',
    answers: { 200: chargebackList },
    handle: async ({ context }) => ({
      status: 200,
      body: { data: (await findChargebacks(context)).map(presentChargeback) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/admin/chargebacks/:id/decide',
    summary: 'Decides about what waits after a chargeback was lost: it is paid all the same, or covers the loss.',
    who: 'platform_admin',
    limit: 'money',
    body: decideRequest,
    answers: { 200: decideAnswer },
    handle: async ({ context, accountId, params, body }) => ({
      status: 200,
      body: await decideChargeback(context, { id: params['id'] ?? '', accountId, ...body }),
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
    summary:
      'What shows a bank what was bought, by whom, and what was done for it, of a bounty or a wallet: JSON, or text.',
    who: 'platform_admin',
    limit: 'read',
    answers: { 200: z.union([evidenceWire, walletEvidenceWire]) },
    texts: [text],
    handle: async ({ context, accountId, params, headers }) => {
      const evidence = await findEvidence(context, params['id'] ?? '', accountId);
      const isWallet = 'topUp' in evidence;
      if (ending === '' && !prefersText(headers, text)) {
        const body = isWallet ? presentWalletEvidence(evidence) : presentEvidence(evidence);
        return { status: 200, body, headers: { Vary: 'Accept' } };
      }
      const type = { 'Content-Type': `${text}; charset=utf-8`, Vary: 'Accept' };
      return { status: 200, body: isWallet ? writeWalletEvidence(evidence) : writeEvidence(evidence), headers: type };
    },
  });
}
