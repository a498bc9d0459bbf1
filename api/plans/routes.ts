import { z } from 'zod';
import { route, type Route } from '../platform/http/route.ts';
import { once } from '../platform/once.ts';
import { cancelPlan, keepPlan, previewCancelPlan } from './cancel-plan.ts';
import { choosePlan, previewPlan } from './choose-plan.ts';
import * as contract from './contract.ts';
import { findPlanInvoices } from './find-plan-invoices.ts';
import { findWorkspacePlan } from './find-workspace-plan.ts';
import { grantPlan } from './grant-plan.ts';
import { openCardPage } from './open-card-page.ts';
import { presentCatalogue, presentChosen, presentInvoice, presentWorkspacePlan } from './present-plans.ts';

export const planRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/plans',
    summary: 'The plans and add-ons, what they cost a month, and what Free allows in each currency.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: contract.planCatalogue },
    handle: async ({ context }) => ({
      status: 200,
      body: presentCatalogue(context),
      headers: { 'Cache-Control': 'public, max-age=60' },
    }),
  }),
  route({
    method: 'GET',
    path: '/api/workspaces/:slug/plan',
    summary: 'The plan of a workspace you are in, why it has it, what it pays and uses.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.workspacePlan },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: presentWorkspacePlan(await findWorkspacePlan(context, { workspace: params['slug'] ?? '', accountId })),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/workspaces/:slug/plan',
    summary:
      'Chooses Pro with these add-ons: a page to pay on, or a prorated change; dryRun only says the exact figures.',
    who: 'signed_in',
    limit: 'money',
    body: contract.planRequest,
    answers: { 200: contract.planAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const choice = { workspace: params['slug'] ?? '', accountId, addons: body.addons };
      if (body.dryRun) return { status: 200, body: presentChosen(await previewPlan(context, choice), false) };
      const { prorationAt, dueMinor } = body;
      const shown =
        prorationAt === undefined || dueMinor === undefined
          ? null
          : { prorationAt: new Date(prorationAt), dueMinor: BigInt(dueMinor) };
      const chosen = await choosePlan(context, choice, shown);
      return { status: 200, body: presentChosen(chosen, chosen.kind === 'change') };
    },
  }),
  route({
    method: 'POST',
    path: '/api/workspaces/:slug/plan/cancel',
    summary: 'Ends the subscription with the period that is paid; dryRun only says when that is.',
    who: 'signed_in',
    limit: 'money',
    body: contract.cancelPlanRequest,
    answers: { 200: contract.cancelPlanAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const request = { workspace: params['slug'] ?? '', accountId };
      const endsAt = body.dryRun ? await previewCancelPlan(context, request) : await cancelPlan(context, request);
      return { status: 200, body: { done: !body.dryRun, endsAt: endsAt.toISOString() } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/workspaces/:slug/plan/keep',
    summary: 'Takes a cancellation back: the subscription is renewed as before.',
    who: 'signed_in',
    limit: 'money',
    answers: { 200: contract.workspacePlan },
    handle: async ({ context, accountId, params }) => {
      const request = { workspace: params['slug'] ?? '', accountId };
      await keepPlan(context, request);
      return { status: 200, body: presentWorkspacePlan(await findWorkspacePlan(context, request)) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/workspaces/:slug/plan/card',
    summary: "A link to Stripe's page where the subscription's card is changed.",
    who: 'signed_in',
    limit: 'money',
    answers: { 200: contract.cardPageAnswer },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: { url: await openCardPage(context, { workspace: params['slug'] ?? '', accountId }) },
    }),
  }),
  route({
    method: 'GET',
    path: '/api/workspaces/:slug/plan/invoices',
    summary: 'The newest invoices of the subscription, for owners and admins.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: z.object({ data: z.array(contract.planInvoice) }) },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: {
        data: (await findPlanInvoices(context, { workspace: params['slug'] ?? '', accountId })).map(presentInvoice),
      },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/admin/workspaces/:id/plan',
    summary: 'Gives a workspace a plan by agreement, or ends the agreement; the reason goes to the audit log.',
    who: 'platform_admin',
    limit: 'money',
    body: contract.agreementRequest,
    answers: { 200: contract.agreementAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const { slug, name } = await context.database.transaction((trx) =>
        once(context, trx, 'plan.grant', () =>
          grantPlan(context, trx, { ...body, workspace: params['id'] ?? '', accountId }),
        ),
      );
      return { status: 200, body: { workspace: { slug, name }, plan: body.plan, addons: body.addons } };
    },
  }),
];
