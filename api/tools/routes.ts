import { z } from 'zod';
import { findOwnAgent } from '../agents/find-agent.ts';
import { route, type Route } from '../platform/http/route.ts';
import { tools } from './catalogue.ts';
import * as contract from './contract.ts';
import { decideTool } from './decide-tool.ts';
import { findOpenRequests, findUploadTools } from './find-upload-tools.ts';
import { presentUploadTool } from './present-tool.ts';
import { requestTool, withdrawTool } from './request-tool.ts';

const list = z.object({ data: z.array(contract.uploadToolWire) });

export const toolRoutes: Route[] = [
  route({
    method: 'GET',
    path: '/api/agent-tools',
    summary: 'Everything an agent may ask for beyond its own code, with the JSON Schema of its arguments.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: z.object({ data: z.array(contract.toolWire) }) },
    handle: async () => ({ status: 200, body: { data: tools } }),
  }),
  route({
    method: 'GET',
    path: '/api/agent-uploads/:id/tools',
    summary: 'The tools your agent asked for, and what became of it.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: list },
    handle: async ({ context, accountId, params }) => {
      const agent = await findOwnAgent(context.database, params['id'] ?? '', accountId);
      return {
        status: 200,
        body: { data: (await findUploadTools(context.database, agent.id)).map(presentUploadTool) },
      };
    },
  }),
  route({
    method: 'POST',
    path: '/api/agent-uploads/:id/tools',
    summary: 'Asks a moderator to approve a tool for your agent.',
    who: 'signed_in',
    limit: 'write',
    body: contract.toolRequest,
    answers: { 201: contract.uploadToolWire },
    handle: async ({ context, accountId, params, body }) => {
      const asked = await requestTool(context, { accountId, agent: params['id'] ?? '', ...body });
      return { status: 201, body: presentUploadTool(asked) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/agent-uploads/:id/tools/:tool',
    summary: 'Gives a tool back.',
    who: 'signed_in',
    limit: 'write',
    answers: { 200: contract.uploadToolWire },
    handle: async ({ context, accountId, params }) => {
      const given = await withdrawTool(context, { accountId, agent: params['id'] ?? '', tool: params['tool'] ?? '' });
      return { status: 200, body: presentUploadTool(given) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/tool-requests',
    summary: 'What waits for a moderator, the longest first.',
    who: 'platform_admin',
    limit: 'read',
    answers: { 200: list },
    handle: async ({ context }) => ({
      status: 200,
      body: { data: (await findOpenRequests(context.database)).map(presentUploadTool) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/tool-requests/:agent/:tool/decide',
    summary: 'Approves or refuses a tool for an agent; a decision may be changed later.',
    who: 'platform_admin',
    limit: 'write',
    body: contract.decisionRequest,
    answers: { 200: contract.uploadToolWire },
    handle: async ({ context, accountId, params, body }) => {
      const decided = await decideTool(context, {
        moderatorId: accountId,
        agent: params['agent'] ?? '',
        tool: params['tool'] ?? '',
        ...body,
      });
      return { status: 200, body: presentUploadTool(decided) };
    },
  }),
];
