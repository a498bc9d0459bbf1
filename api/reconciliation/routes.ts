import { route, type Route } from '../platform/http/route.ts';
import * as contract from './contract.ts';
import { findReconciliation, findReconciliations } from './find-reconciliations.ts';
import { presentList, presentReconciliation } from './present-reconciliation.ts';
import { requestReconciliation } from './request-reconciliation.ts';
import { findStop, liftStop } from './settlement-stop.ts';

export const reconciliationRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/admin/reconciliations',
    summary: 'Asks for a comparison of the ledger with Stripe now; a worker makes it.',
    who: 'platform_admin',
    limit: 'money',
    body: contract.reconciliationRequest,
    answers: { 202: contract.reconciliationWire },
    handle: async ({ context, accountId, body }) => {
      const cutOff = body.cutOff === undefined ? undefined : new Date(body.cutOff);
      const row = await context.database.transaction((trx) =>
        requestReconciliation(context, trx, { accountId, cutOff }),
      );
      return { status: 202, body: presentReconciliation(row) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/admin/reconciliations',
    summary: 'The newest comparisons of the ledger with Stripe, and whether settlement is stopped.',
    who: 'platform_admin',
    limit: 'read',
    answers: { 200: contract.reconciliationList },
    handle: async ({ context }) => ({
      status: 200,
      body: presentList(await findReconciliations(context), await findStop(context.database)),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/admin/reconciliations/:id',
    summary: 'One comparison with every difference: its cause, its ids, and what to do.',
    who: 'platform_admin',
    limit: 'read',
    answers: { 200: contract.reconciliationWire },
    handle: async ({ context, params }) => ({
      status: 200,
      body: presentReconciliation(await findReconciliation(context, params['id'] ?? '')),
    }),
  }),
  route({
    method: 'POST',
    path: '/api/admin/settlement-stop/lift',
    summary: 'Lets money move again after the ledger contradicted itself and was corrected.',
    who: 'platform_admin',
    limit: 'money',
    body: contract.liftRequest,
    answers: { 200: contract.liftAnswer },
    handle: async ({ context, accountId, body }) => {
      await liftStop(context, { accountId, reason: body.reason });
      return { status: 200, body: { settlementStop: null } };
    },
  }),
];
