import { z } from 'zod';
import { findPayoutCountry } from '../payments/payout-country.ts';
import { pageOf } from '../platform/http/pages.ts';
import { once } from '../platform/once.ts';
import { route, type Route } from '../platform/http/route.ts';
import * as contract from './contract.ts';
import { enterBounty } from './enter-bounty.ts';
import { findVisibleSubmission, listSubmissions } from './list-submissions.ts';
import { presentSubmission } from './present-submission.ts';
import { rejectSubmission, restoreSubmission } from './reject-submission.ts';
import { submitToBounty } from './submit-to-bounty.ts';
import { withdrawSubmission } from './withdraw-submission.ts';

export const submissionRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/bounties/:id/entries',
    summary: 'Says that you compete, and tells what you may still submit today; submitting enters by itself.',
    who: 'signed_in',
    limit: 'write',
    body: z.strictObject({}),
    answers: { 201: contract.entryAnswer },
    handle: async ({ context, accountId, params }) => {
      const quota = await context.database.transaction((trx) =>
        enterBounty(context, trx, params['id'] ?? '', accountId),
      );
      const { warning } = await findPayoutCountry(context.database, accountId);
      return { status: 201, body: { entered: true, quota, payoutWarning: warning } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/bounties/:id/submissions',
    summary: 'Enters one of your agent versions; it is run on every case and scored.',
    who: 'signed_in',
    limit: 'run',
    body: contract.submissionRequest,
    answers: { 201: contract.submittedAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const request = { bounty: params['id'] ?? '', versionId: body.versionId, accountId };
      const id = await context.database.transaction((trx) =>
        once(context, trx, 'submission', async () => (await submitToBounty(context, trx, request)).id),
      );
      const { warning } = await findPayoutCountry(context.database, accountId);
      const submission = presentSubmission(await findVisibleSubmission(context, id, accountId));
      return { status: 201, body: { ...submission, payoutWarning: warning } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/bounties/:id/submissions',
    summary: 'Your submissions to a bounty; all of them when you manage it. Newest first.',
    who: 'signed_in',
    limit: 'read',
    query: contract.submissionListQuery,
    answers: { 200: pageOf(contract.submissionWire) },
    handle: async ({ context, accountId, params, query }) => {
      const page = await listSubmissions(context, params['id'] ?? '', accountId, {
        ...query,
        mine: query.mine === 'true',
      });
      return { status: 200, body: { data: page.rows.map(presentSubmission), nextCursor: page.nextCursor } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/submissions/:id',
    summary: 'A submission with its progress and, once scored or failed, its verdict.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.submissionWire },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: presentSubmission(await findVisibleSubmission(context, params['id'] ?? '', accountId)),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/submissions/:id/withdraw',
    summary: 'Takes your submission back, until the bounty is decided.',
    who: 'signed_in',
    limit: 'write',
    body: z.strictObject({}),
    answers: { 200: contract.submissionWire },
    handle: async ({ context, accountId, params }) => {
      const id = params['id'] ?? '';
      await context.database.transaction((trx) => withdrawSubmission(context, trx, id, accountId));
      return { status: 200, body: presentSubmission(await findVisibleSubmission(context, id, accountId)) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/submissions/:id/reject',
    summary: 'Takes a submission off the ranking of a bounty you manage, with a reason that its owner reads.',
    who: 'signed_in',
    limit: 'write',
    body: contract.rejectRequest,
    answers: { 200: contract.submissionWire },
    handle: async ({ context, accountId, params, body }) => {
      const request = { submissionId: params['id'] ?? '', accountId, reason: body.reason };
      await context.database.transaction((trx) => rejectSubmission(context, trx, request));
      return {
        status: 200,
        body: presentSubmission(await findVisibleSubmission(context, request.submissionId, accountId)),
      };
    },
  }),
  route({
    method: 'POST',
    path: '/api/submissions/:id/restore',
    summary: 'Puts a rejected submission back on the ranking.',
    who: 'signed_in',
    limit: 'write',
    body: z.strictObject({}),
    answers: { 200: contract.submissionWire },
    handle: async ({ context, accountId, params }) => {
      const request = { submissionId: params['id'] ?? '', accountId };
      await context.database.transaction((trx) => restoreSubmission(context, trx, request));
      return {
        status: 200,
        body: presentSubmission(await findVisibleSubmission(context, request.submissionId, accountId)),
      };
    },
  }),
];
