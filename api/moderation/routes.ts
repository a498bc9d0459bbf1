import { z } from 'zod';
import { route, type Route } from '../platform/http/route.ts';
import { pageOf } from '../platform/http/pages.ts';
import * as contract from './contract.ts';
import { decideFlag } from './decide-flag.ts';
import { findAudit, findWorkspaceAudit } from './find-audit.ts';
import { findFlags } from './find-flags.ts';
import { presentAudit } from './present-audit.ts';
import { presentFlag } from './present-flag.ts';

export const moderationRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/content-flags',
    summary: 'What looked like an attack in the runs and code of agents, or in names and titles, the latest first.',
    who: 'platform_admin',
    limit: 'read',
    query: contract.flagQuery,
    answers: { 200: z.object({ data: z.array(contract.flagWire) }) },
    handle: async ({ context, query }) => ({
      status: 200,
      body: { data: (await findFlags(context.database, query.state)).map(presentFlag) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/content-flags/:id/decide',
    summary: 'A moderator dismisses or upholds a flag; a decision may be changed later.',
    who: 'platform_admin',
    limit: 'write',
    body: contract.flagDecision,
    answers: { 200: contract.flagWire },
    handle: async ({ context, accountId, params, body }) => {
      const flag = await decideFlag(context, {
        moderatorId: accountId,
        id: params['id'] ?? '',
        decision: body.decision,
      });
      return { status: 200, body: presentFlag(flag) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/admin/audit',
    summary: 'The audit log: who did what, with which figures, and why; the newest first.',
    who: 'platform_admin',
    limit: 'read',
    query: contract.auditQuery,
    answers: { 200: pageOf(contract.auditWire) },
    handle: async ({ context, query }) => {
      const page = await findAudit(context, query);
      return { status: 200, body: { data: page.rows.map(presentAudit), nextCursor: page.nextCursor } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/workspaces/:id/audit',
    summary: "What was done with a workspace's money and things, by whom and why, for its owners and admins.",
    who: 'signed_in',
    limit: 'read',
    query: contract.auditQuery,
    answers: { 200: pageOf(contract.auditWire) },
    handle: async ({ context, accountId, params, query }) => {
      const page = await findWorkspaceAudit(context, { ...query, workspace: params['id'] ?? '', accountId });
      return { status: 200, body: { data: page.rows.map(presentAudit), nextCursor: page.nextCursor } };
    },
  }),
];
