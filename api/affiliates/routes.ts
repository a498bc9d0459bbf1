import { z } from 'zod';
import { Failure } from '../platform/errors.ts';
import { route, type Route } from '../platform/http/route.ts';
import { acceptInvitation } from './accept-invitation.ts';
import * as contract from './contract.ts';
import { findAffiliate } from './find-affiliate.ts';
import { makeCode, readCode } from './make-code.ts';
import { presentAffiliate, presentCode } from './present-affiliate.ts';
import { writeInvitationPage } from './write-invitation-page.ts';

export const affiliateRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/affiliates/codes',
    summary: 'Your code and link for inviting others, made the first time.',
    who: 'signed_in',
    limit: 'write',
    answers: { 200: contract.codeWire },
    handle: async ({ context, accountId }) => ({
      status: 200,
      body: presentCode(
        await context.database.transaction((trx) => makeCode(trx, accountId)),
        context.config.publicUrl,
      ),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/affiliates/invitations',
    summary: 'Says who invited you, once, within 30 days of when your account was made.',
    who: 'signed_in',
    limit: 'write',
    body: contract.acceptRequest,
    answers: { 200: contract.acceptAnswer },
    handle: async ({ context, accountId, body }) => {
      const { endsAt } = await context.database.transaction((trx) =>
        acceptInvitation(context, trx, { accountId, ...body }),
      );
      return { status: 200, body: { accepted: true, endsAt: endsAt.toISOString() } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/affiliates/me',
    summary: 'How many you invited and what it brought, by month; never who.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.affiliateWire },
    handle: async ({ context, accountId }) => ({
      status: 200,
      body: presentAffiliate(await findAffiliate(context, accountId), context.config.publicUrl),
    }),
  }),
  route({
    method: 'GET',
    path: '/i/:code',
    summary: 'The page behind an invitation: how to accept it.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: z.string() },
    texts: ['text/html'],
    handle: async ({ context, params }) => {
      const code = readCode(params['code'] ?? '');
      const known = code === null ? undefined : await context.database('affiliate_codes').where({ code }).first('code');
      if (known === undefined)
        throw new Failure('not_found', 'There is no invitation under that code. Check it with who gave it to you.');
      return {
        status: 200,
        body: writeInvitationPage(known.code),
        headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': "default-src 'none'" },
      };
    },
  }),
];
