import { Failure } from '../platform/errors.ts';
import { route, type Route } from '../platform/http/route.ts';
import { isUuid } from '../platform/short-code.ts';
import { z } from 'zod';
import { accessTokenSeconds, makeAccessToken } from './access-token.ts';
import * as contract from './contract.ts';
import { makeOwnKey } from './make-own-key.ts';
import { signInChatUser } from './sign-in-chat-user.ts';
import { publicKeys } from './signing-keys.ts';

export const accountRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/.well-known/jwks.json',
    summary: 'The public keys that check access tokens and receipts (RFC 7517).',
    who: 'anyone',
    limit: 'read',
    answers: { 200: contract.jwks },
    handle: async ({ context }) => ({
      status: 200,
      body: await publicKeys(context),
      headers: { 'Cache-Control': 'public, max-age=300' },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/auth/token',
    summary: 'A bot exchanges its service key for a 10-minute token of the chat user it acts for.',
    who: 'service',
    limit: 'auth',
    body: contract.exchangeToken,
    answers: { 200: contract.exchangedToken },
    handle: async ({ context, actor, body }) => {
      if (actor.kind !== 'service' || actor.surface !== body.surface) {
        throw new Failure(
          'forbidden',
          `This key may only act for users of ${actor.kind === 'service' ? actor.surface : 'its own chat'}.`,
        );
      }
      const signedIn = await context.database.transaction((trx) => signInChatUser(trx, body));
      return {
        status: 200,
        body: {
          accessToken: await makeAccessToken(context, signedIn.accountId, body.surface),
          tokenType: 'Bearer',
          expiresIn: accessTokenSeconds,
          ...signedIn,
        },
        headers: { 'Cache-Control': 'no-store' },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/me',
    summary: 'The signed-in account and its workspaces.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.me },
    handle: async ({ context, accountId, actor }) => {
      const account = await context.database('accounts').where({ id: accountId }).first('display_name');
      const workspaces = await context
        .database('members')
        .join('workspaces', 'workspaces.id', 'members.workspace_id')
        .where({ account_id: accountId })
        .orderBy('members.created_at')
        .select('slug', 'name', 'role');
      return {
        status: 200,
        body: {
          accountId,
          displayName: account.display_name,
          isPlatformAdmin: actor.kind === 'account' && actor.isPlatformAdmin,
          workspaces,
        },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/api/keys',
    summary: 'Makes an API key that acts for the signed-in account; it is shown once.',
    who: 'signed_in',
    limit: 'auth',
    body: contract.newKey,
    answers: { 201: contract.madeKey },
    handle: async ({ context, accountId, body }) => {
      const key = await context.database.transaction((trx) => makeOwnKey(context, trx, { accountId, name: body.name }));
      return {
        status: 201,
        body: { id: key.id, key: key.text, hint: key.hint, note: 'Keep it now: it is not shown again.' },
        headers: { 'Cache-Control': 'no-store' },
      };
    },
  }),
  route({
    method: 'GET',
    path: '/api/keys',
    summary: "The account's API keys, without their secrets.",
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.keyList },
    handle: async ({ context, accountId }) => {
      const rows = await context
        .database('api_keys')
        .where({ account_id: accountId })
        .whereNull('revoked_at')
        .orderBy('created_at', 'desc')
        .select('id', 'name', 'hint', 'created_at');
      const data = rows.map((row) => ({
        id: row.id,
        name: row.name,
        hint: row.hint,
        createdAt: row.created_at.toISOString(),
      }));
      return { status: 200, body: { data, nextCursor: null } };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/keys/:id',
    summary: 'Revokes an API key at once.',
    who: 'signed_in',
    limit: 'auth',
    answers: { 204: z.null() },
    handle: async ({ context, accountId, params }) => {
      const id = params['id'] ?? '';
      const revoked = isUuid(id)
        ? await context
            .database('api_keys')
            .where({ id, account_id: accountId })
            .whereNull('revoked_at')
            .update({ revoked_at: context.database.fn.now() })
        : 0;
      if (revoked === 0) throw new Failure('not_found', 'You have no such key.');
      return { status: 204 };
    },
  }),
];
