import { z } from 'zod';
import type { Context } from '../platform/context.ts';
import { once } from '../platform/once.ts';
import { route, type Answer, type Route } from '../platform/http/route.ts';
import * as contract from './contract.ts';
import { findPayouts } from './find-payouts.ts';
import { sayPayoutCountry } from './payout-country.ts';
import {
  presentBoost,
  presentEvent,
  presentFunding,
  presentPayouts,
  presentTeamFunding,
  presentTip,
} from './present-payments.ts';
import { receiveWebhook } from './receive-webhook.ts';
import { findEvents, replayEvent } from './replay-event.ts';
import { setUpPayouts } from './set-up-payouts.ts';
import { previewBoost, startBoost } from './start-boost.ts';
import { fundFromTeam, previewTeamFunding, type TeamFundRequest } from '../wallets/fund-from-team.ts';
import { previewTip, startTip } from './start-tip.ts';
import { previewCheckout, startCheckout } from './start-checkout.ts';

export const paymentRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/bounties/:id/fund',
    summary:
      "Opens the checkout of a draft, or answers the one that is open; or pays with the workspace's wallet or card. With dryRun only the exact figures.",
    who: 'signed_in',
    limit: 'money',
    body: contract.fundRequest,
    answers: { 200: z.union([contract.teamFundAnswer, contract.fundAnswer]), 202: contract.teamFundAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const request = { bounty: params['id'] ?? '', accountId, insured: body.insured };
      const { source } = body;
      if (source !== 'checkout') return fundWithTeam(context, { ...request, source }, body.dryRun);
      const figures = body.dryRun ? await previewCheckout(context, request) : await startCheckout(context, request);
      const funding = presentFunding(figures);
      return { status: 200, body: funding, page: funding.checkoutUrl };
    },
  }),
  route({
    method: 'POST',
    path: '/api/bounties/:id/boosts',
    summary: 'Opens a checkout that adds to the reward of an open bounty; with dryRun only the exact figures.',
    who: 'signed_in',
    limit: 'money',
    body: contract.giftRequest,
    answers: { 200: contract.boostAnswer },
    handle: async ({ context, accountId, params, body: { dryRun, ...gift } }) => {
      const request = { bounty: params['id'] ?? '', accountId, ...gift };
      const boost = dryRun ? await previewBoost(context, request) : await startBoost(context, request);
      const answer = presentBoost(boost);
      return { status: 200, body: answer, page: answer.checkoutUrl };
    },
  }),
  route({
    method: 'POST',
    path: '/api/submissions/:id/tips',
    summary: 'Opens a checkout that gives money to the competitor, without a fee; with dryRun only the exact figures.',
    who: 'signed_in',
    limit: 'money',
    body: contract.giftRequest,
    answers: { 200: contract.tipAnswer },
    handle: async ({ context, accountId, params, body: { dryRun, ...gift } }) => {
      const request = { submissionId: params['id'] ?? '', accountId, ...gift };
      const tip = dryRun ? await previewTip(context, request) : await startTip(context, request);
      const answer = presentTip(tip);
      return { status: 200, body: answer, page: answer.checkoutUrl };
    },
  }),
  route({
    method: 'POST',
    path: '/api/webhooks/stripe',
    summary: "Stripe's webhooks, signed; each is stored once and applied by the worker.",
    who: 'anyone',
    limit: 'webhook',
    raw: true,
    answers: { 200: contract.webhookAnswer },
    handle: async ({ context, rawBody, headers }) => {
      const signature = headers['stripe-signature'];
      await receiveWebhook(context, rawBody, typeof signature === 'string' ? signature : undefined);
      return { status: 200, body: { received: true } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/payouts/country',
    summary: 'Says where you live, before you compete, and learns whether you can be paid there.',
    who: 'signed_in',
    limit: 'write',
    body: contract.payoutSetupRequest,
    answers: { 200: contract.payoutCountryAnswer },
    handle: async ({ context, accountId, body: { country } }) => {
      const said = await context.database.transaction((trx) => sayPayoutCountry(context, trx, { accountId, country }));
      return { status: 200, body: { country, warning: said.warning } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/payouts/setup',
    summary: 'A link to the page where a payee says where the money goes; the country is checked first.',
    who: 'signed_in',
    limit: 'money',
    body: contract.payoutSetupRequest,
    answers: { 200: contract.payoutSetupAnswer },
    handle: async ({ context, accountId, body }) => ({
      status: 200,
      body: await setUpPayouts(context, accountId, body.country),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/payouts',
    summary: 'What you have earned, what is paid out, and what waits.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.payoutStatusAnswer },
    handle: async ({ context, accountId }) => ({
      status: 200,
      body: presentPayouts(await findPayouts(context, accountId)),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/admin/stripe-events',
    summary: "Stripe's events as they are kept, the newest first: about one object, or those not applied.",
    who: 'platform_admin',
    limit: 'read',
    query: contract.stripeEventQuery,
    answers: { 200: z.object({ data: z.array(contract.stripeEventWire) }) },
    handle: async ({ context, query }) => ({
      status: 200,
      body: { data: (await findEvents(context, query)).map(presentEvent) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/admin/stripe-events/:id/replay',
    summary: 'Applies a kept event of Stripe once more; nothing happens twice.',
    who: 'platform_admin',
    limit: 'money',
    answers: { 202: contract.stripeEventWire },
    handle: async ({ context, accountId, params }) => {
      const event = await context.database.transaction((trx) =>
        once(context, trx, 'stripe_event.replay', async () =>
          presentEvent(await replayEvent(context, trx, { id: params['id'] ?? '', accountId })),
        ),
      );
      return { status: 202, body: event };
    },
  }),
];

/** 202 where a second person is asked first, or the bank still looks at the card. */
async function fundWithTeam(context: Context, request: TeamFundRequest, dryRun: boolean): Promise<Answer> {
  if (dryRun)
    return {
      status: 200,
      body: presentTeamFunding({ state: 'preview', plan: await previewTeamFunding(context, request) }),
    };
  const funding = await fundFromTeam(context, request);
  return { status: funding.state === 'funded' ? 200 : 202, body: presentTeamFunding(funding) };
}
