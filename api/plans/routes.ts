import { route, type Route } from '../platform/http/route.ts';
import { once } from '../platform/once.ts';
import * as contract from './contract.ts';
import { findWorkspacePlan } from './find-workspace-plan.ts';
import { grantPlan } from './grant-plan.ts';
import { presentCatalogue, presentWorkspacePlan } from './present-plans.ts';

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
