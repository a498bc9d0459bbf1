import { pageOf, pageQuery } from '../platform/http/pages.ts';
import { route, type Answer, type Call, type Route } from '../platform/http/route.ts';
import { once } from '../platform/once.ts';
import { signingKey } from '../accounts/signing-keys.ts';
import { awardBounty, previewAward } from './award-bounty.ts';
import { cancelBounty, previewCancel } from './cancel-bounty.ts';
import * as contract from './contract.ts';
import { postBounty } from './post-bounty.ts';
import { presentAwardPreview, presentRefundPreview } from './present-award.ts';
import { presentBounty } from './present-bounty.ts';
import { readBounties, readBounty, readCases, readReceipt } from './read-bounty.ts';

export const bountyRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/bounties',
    summary: 'Posts a bounty as a draft; it opens when its reward is held.',
    who: 'signed_in',
    limit: 'write',
    body: contract.bountyRequest,
    answers: { 201: contract.bountyDetail },
    handle: async ({ context, accountId, body }) => {
      const id = await postBounty(context, accountId, body);
      return { status: 201, body: detail(await readBounty(context, id, accountId)) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/bounties',
    summary: 'Public bounties, or with mine=true all that you posted.',
    who: 'anyone',
    limit: 'read',
    query: contract.bountyListQuery,
    answers: { 200: pageOf(contract.bountyCard) },
    handle: async ({ context, actor, query }) => {
      const page = await readBounties(context, viewerOf(actor), { ...query, mine: query.mine === 'true' });
      return {
        status: 200,
        body: { data: page.views.map(({ row, money }) => presentBounty(row, money)), nextCursor: page.nextCursor },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/bounties/:id',
    summary: 'One bounty with its public cases and its money.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: contract.bountyDetail },
    handle: async ({ context, actor, params }) => ({
      status: 200,
      body: detail(await readBounty(context, params['id'] ?? '', viewerOf(actor))),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/bounties/:id/cases',
    summary: "A bounty's cases; private ones only for those who manage it.",
    who: 'anyone',
    limit: 'read',
    query: pageQuery,
    answers: { 200: pageOf(contract.caseWire) },
    handle: async ({ context, actor, params, query }) => {
      const page = await readCases(context, params['id'] ?? '', viewerOf(actor), query);
      return { status: 200, body: { data: page.rows, nextCursor: page.nextCursor } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/bounties/:id/receipt',
    summary: 'The signed receipt of the award; check the JWS with /.well-known/jwks.json.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: contract.receiptWire },
    handle: async ({ context, actor, params }) => ({
      status: 200,
      body: await readReceipt(context, params['id'] ?? '', viewerOf(actor)),
    }),
  }),
  ...['cancel', 'refund'].map((verb) =>
    route({
      method: 'POST',
      path: `/api/bounties/:id/${verb}`,
      summary: 'Ends a bounty without a winner and sends the money back; dryRun only says how much.',
      who: 'signed_in',
      limit: 'money',
      body: contract.cancelRequest,
      answers: { 200: contract.cancelAnswer },
      handle: cancel,
    }),
  ),
  ...['award', 'release-payment'].map((verb) =>
    route({
      method: 'POST',
      path: `/api/bounties/:id/${verb}`,
      summary: 'Awards a bounty to one submission, or to several by shares; dryRun only says who would get what.',
      who: 'signed_in',
      limit: 'money',
      body: contract.awardRequest,
      answers: { 200: contract.awardAnswer },
      handle: award,
    }),
  ),
];

async function cancel({ context, accountId, params, body }: Call<{ dryRun: boolean }, undefined>): Promise<Answer> {
  const id = params['id'] ?? '';
  if (body.dryRun) {
    const { state, preview } = await previewCancel(context, id, accountId);
    return { status: 200, body: { state, preview: presentRefundPreview(preview) } };
  }
  const cancelled = await context.database.transaction((trx) =>
    once(context, trx, 'bounty.cancel', async () => {
      const { state, refundMinor } = await cancelBounty(context, trx, id, accountId);
      return { state, refundMinor: Number(refundMinor) };
    }),
  );
  return { status: 200, body: cancelled };
}

async function award({ context, accountId, params, body }: Call<contract.AwardRequest, undefined>): Promise<Answer> {
  const bounty = params['id'] ?? '';
  const { previewId } = body;
  const choices = body.shares ?? [{ submissionId: body.submissionId ?? '' }];
  if (body.dryRun) {
    const { state, preview } = await previewAward(context, bounty, accountId, choices);
    return { status: 200, body: { state, preview: presentAwardPreview(preview) } };
  }
  // Before the transaction: the first time it takes a connection of its own, and all of them may wait for this bounty.
  await signingKey(context, 'receipt');
  const receipt = await context.database.transaction((trx) =>
    awardBounty(context, trx, { bounty, accountId, ...(previewId === undefined ? { choices } : { previewId }) }),
  );
  return { status: 200, body: { state: 'awarded', receipt } };
}

function detail({ row, money, publicCases, canManage }: Awaited<ReturnType<typeof readBounty>>) {
  return {
    ...presentBounty(row, money),
    publicCases: publicCases.map(({ input, expected }) => ({ input, expected })),
    canManage,
  };
}

function viewerOf(actor: Call<undefined, undefined>['actor']): string | null {
  return actor.kind === 'account' ? actor.accountId : null;
}
