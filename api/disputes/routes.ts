import { z } from 'zod';
import type { Context } from '../platform/context.ts';
import type { Transaction } from '../platform/database.ts';
import type { Actor } from '../platform/http/actor.ts';
import { route, type Answer, type Route } from '../platform/http/route.ts';
import { once } from '../platform/once.ts';
import { addEvidence } from './add-evidence.ts';
import { answerDispute } from './answer-dispute.ts';
import * as contract from './contract.ts';
import { decideDispute } from './decide-dispute.ts';
import { readDispute, readDisputes, readDisputesOf, type Asker, type DisputeView } from './find-dispute.ts';
import { openDispute } from './open-dispute.ts';
import { presentDispute } from './present-dispute.ts';
import { withdrawDispute } from './withdraw-dispute.ts';

export const disputeRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/submissions/:id/disputes',
    summary:
      'Disputes a submission that passed: its owner, who was rejected, or who manages the bounty and says that it must not win. Once for each submission; no money of the bounty moves until it is decided.',
    who: 'signed_in',
    limit: 'write',
    body: contract.disputeRequest,
    answers: { 201: contract.disputeWire },
    handle: async ({ context, actor, accountId, params, body }) => {
      const request = { submissionId: params['id'] ?? '', accountId, ...body };
      const id = await context.database.transaction((trx) =>
        once(context, trx, 'dispute.open', () => openDispute(context, trx, request)),
      );
      return { status: 201, body: presentDispute(await readDispute(context.database, id, askerOf(actor, accountId))) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/disputes/:id',
    summary: 'A dispute with its evidence, for both sides and the admins of the platform.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.disputeWire },
    handle: async ({ context, actor, accountId, params }) => ({
      status: 200,
      body: presentDispute(await readDispute(context.database, params['id'] ?? '', askerOf(actor, accountId))),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/bounties/:id/disputes',
    summary: 'The disputes about your submissions to a bounty; all of them when you manage it. Newest first.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.disputeList },
    handle: async ({ context, actor, accountId, params }) => {
      const views = await readDisputesOf(context.database, params['id'] ?? '', askerOf(actor, accountId));
      return { status: 200, body: { data: views.map(presentDispute) } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/disputes/:id/answer',
    summary: 'The other side answers, once, until answerBy.',
    who: 'signed_in',
    limit: 'write',
    body: contract.answerRequest,
    answers: { 200: contract.disputeWire },
    handle: ({ context, actor, accountId, params, body }) =>
      change(
        context,
        { id: params['id'] ?? '', asker: askerOf(actor, accountId), what: 'dispute.answer' },
        (trx, view) => answerDispute(context, trx, { view, accountId, ...body }),
      ),
  }),
  route({
    method: 'POST',
    path: '/api/disputes/:id/evidence',
    summary: 'Either side adds evidence, until answerBy: texts, and links that Quarry never follows.',
    who: 'signed_in',
    limit: 'write',
    body: contract.evidenceRequest,
    answers: { 200: contract.disputeWire },
    handle: ({ context, actor, accountId, params, body }) =>
      change(
        context,
        { id: params['id'] ?? '', asker: askerOf(actor, accountId), what: 'dispute.evidence' },
        (trx, view) => addEvidence(context, trx, { view, accountId, ...body }),
      ),
  }),
  route({
    method: 'POST',
    path: '/api/disputes/:id/withdraw',
    summary: 'The side that opened a dispute gives in, for good.',
    who: 'signed_in',
    limit: 'write',
    body: z.strictObject({}),
    answers: { 200: contract.disputeWire },
    handle: ({ context, actor, accountId, params }) =>
      change(
        context,
        { id: params['id'] ?? '', asker: askerOf(actor, accountId), what: 'dispute.withdraw' },
        (trx, view) => withdrawDispute(context, trx, { view, accountId }),
      ),
  }),
  route({
    method: 'GET',
    path: '/api/admin/disputes',
    summary: 'Disputes about submissions, those that must be decided first come first.',
    who: 'platform_admin',
    limit: 'read',
    query: contract.disputeListQuery,
    answers: { 200: contract.disputeList },
    handle: async ({ context, query }) => ({
      status: 200,
      body: { data: (await readDisputes(context.database, query.state)).map(presentDispute) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/admin/disputes/:id/decide',
    summary: 'An admin who is no party decides, once, after the answer or its deadline; both sides read the reason.',
    who: 'platform_admin',
    limit: 'write',
    body: contract.decideRequest,
    answers: { 200: contract.disputeWire },
    handle: ({ context, actor, accountId, params, body }) =>
      change(
        context,
        { id: params['id'] ?? '', asker: askerOf(actor, accountId), what: 'dispute.decide' },
        (trx, view) => decideDispute(context, trx, { view, accountId, ...body }),
      ),
  }),
];

/** Changes a dispute that the asker may see, once for each request, and answers what it is then. */
async function change(
  context: Context,
  { id, asker, what }: { id: string; asker: Asker; what: string },
  act: (trx: Transaction, view: DisputeView) => Promise<void>,
): Promise<Answer> {
  await context.database.transaction((trx) =>
    once(context, trx, what, async () => act(trx, await readDispute(trx, id, asker))),
  );
  return { status: 200, body: presentDispute(await readDispute(context.database, id, asker)) };
}

function askerOf(actor: Actor, accountId: string): Asker {
  return { accountId, isPlatformAdmin: actor.kind === 'account' && actor.isPlatformAdmin };
}
