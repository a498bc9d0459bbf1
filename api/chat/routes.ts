import { Failure } from '../platform/errors.ts';
import type { Actor } from '../platform/http/actor.ts';
import { route, type Route } from '../platform/http/route.ts';
import { isUuid } from '../platform/short-code.ts';
import { claimCards } from './claim-cards.ts';
import { claimNotices, settleNotice } from './claim-notices.ts';
import * as contract from './contract.ts';
import { setHome } from './set-home.ts';
import { settleCard } from './settle-card.ts';
import { wantCard } from './want-card.ts';

/** What the bots need to keep one card of each bounty true in each chat. */
export const chatRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/chat/homes',
    summary: "A bot says where a team's or guild's cards go.",
    who: 'service',
    limit: 'write',
    body: contract.homeRequest,
    answers: { 200: contract.homeAnswer },
    handle: async ({ context, actor, body }) => ({
      status: 200,
      body: { workspace: await setHome(context, surfaceOf(actor), body) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/chat/cards',
    summary: "A bot asks for a bounty's card in the channel where it was posted.",
    who: 'service',
    limit: 'write',
    body: contract.cardRequest,
    answers: { 200: contract.cardAnswer },
    handle: async ({ context, actor, body }) => {
      await wantCard(context, surfaceOf(actor), body);
      return { status: 200, body: { wanted: true } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/chat/cards/claim',
    summary: 'A bot takes the cards that are to be drawn again, each with a lease of 30 seconds.',
    who: 'service',
    limit: 'webhook',
    body: contract.claimRequest,
    answers: { 200: contract.claimAnswer },
    handle: async ({ context, actor, body }) => {
      const cards = await claimCards(context, surfaceOf(actor), body.limit);
      return { status: 200, body: { data: cards.map((card) => ({ ...card, version: Number(card.version) })) } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/chat/cards/:id/settle',
    summary: 'A bot says where it drew a card, or why it could not.',
    who: 'service',
    limit: 'webhook',
    body: contract.settleRequest,
    answers: { 200: contract.settleAnswer },
    handle: async ({ context, params, body }) => {
      const id = params['id'] ?? '';
      if (!isUuid(id)) throw new Failure('not_found', 'There is no such card.');
      return { status: 200, body: { settled: await settleCard(context, id, body) } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/chat/notices/claim',
    summary: 'A bot takes what is to be told to people in private, each with a lease of 30 seconds.',
    who: 'service',
    limit: 'webhook',
    body: contract.claimRequest,
    answers: { 200: contract.claimNoticesAnswer },
    handle: async ({ context, actor, body }) => ({
      status: 200,
      body: { data: await claimNotices(context, surfaceOf(actor), body.limit) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/chat/notices/:id/settle',
    summary: 'A bot says that it told something, or why it could not.',
    who: 'service',
    limit: 'webhook',
    body: contract.settleNoticeRequest,
    answers: { 200: contract.settleAnswer },
    handle: async ({ context, params, body }) => {
      const id = params['id'] ?? '';
      if (!isUuid(id)) throw new Failure('not_found', 'There is no such notice.');
      return { status: 200, body: { settled: await settleNotice(context, id, body) } };
    },
  }),
];

function surfaceOf(actor: Actor): 'slack' | 'discord' {
  if (actor.kind !== 'service') throw new Failure('forbidden');
  return actor.surface;
}
