import { route, type Route } from '../platform/http/route.ts';
import { approveFunding } from './approve-funding.ts';
import * as contract from './contract.ts';
import { declineFunding } from './decline-funding.ts';
import { findRequestFor, findRequests } from './find-requests.ts';
import { presentRequest } from './present-requests.ts';

export const approvalRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/wallets/:workspaceId/approvals',
    summary: 'Fundings of a workspace that wait for a second person, then the newest that were decided.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.requestList },
    handle: async ({ context, accountId, params }) => {
      const found = await findRequests(context, params['workspaceId'] ?? '', accountId);
      return { status: 200, body: { workspace: found.workspace, data: found.requests.map(presentRequest) } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/approvals/:id',
    summary: 'One funding that waits, or waited, for a second person.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.requestWire },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: presentRequest(await findRequestFor(context, params['id'] ?? '', accountId)),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/approvals/:id/approve',
    summary: 'Agrees to a funding and carries it out, once; never by who asked for it.',
    who: 'signed_in',
    limit: 'money',
    answers: { 200: contract.requestWire },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: presentRequest(await approveFunding(context, params['id'] ?? '', accountId)),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/approvals/:id/decline',
    summary: 'Declines a funding; who asked for it takes it back so. Nothing is moved.',
    who: 'signed_in',
    limit: 'money',
    body: contract.declineRequest,
    answers: { 200: contract.requestWire },
    handle: async ({ context, accountId, params, body }) => ({
      status: 200,
      body: presentRequest(
        await declineFunding(context, params['id'] ?? '', { accountId, reason: body.reason ?? null }),
      ),
    }),
  }),
];
