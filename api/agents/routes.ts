import { pageOf, pageQuery } from '../platform/http/pages.ts';
import { route, type Route } from '../platform/http/route.ts';
import { addVersion } from './add-version.ts';
import * as contract from './contract.ts';
import { findNewestVersion, findOwnAgent, findOwnVersion } from './find-agent.ts';
import { listAgents, listVersions } from './list-agents.ts';
import { presentAgent, presentAgentRow, presentVersion, presentVersionRow } from './present-agent.ts';
import { testOnBounty, testOnInput } from './test-agent.ts';
import { uploadAgent } from './upload-agent.ts';

export const agentRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/agent-uploads',
    summary: 'Uploads a new agent: one ES module in JavaScript or TypeScript, at most 512 KiB.',
    who: 'signed_in',
    limit: 'write',
    body: contract.agentRequest,
    answers: { 201: contract.agentWire },
    handle: async ({ context, accountId, body }) => {
      const { name, kind, language, source } = body;
      const made = await uploadAgent(context, { accountId, name, kind, language, source });
      return { status: 201, body: presentAgent(made.agent, made.version) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/agent-uploads',
    summary: 'Your agents, newest first.',
    who: 'signed_in',
    limit: 'read',
    query: pageQuery,
    answers: { 200: pageOf(contract.agentWire) },
    handle: async ({ context, accountId, query }) => {
      const page = await listAgents(context.database, { accountId, ...query });
      return { status: 200, body: { data: page.rows.map(presentAgentRow), nextCursor: page.nextCursor } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/agent-uploads/:id',
    summary: 'One of your agents by id or code, with the source of its newest version.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.agentDetail },
    handle: async ({ context, accountId, params }) => {
      const agent = await findOwnAgent(context.database, params['id'] ?? '', accountId);
      const version = await findNewestVersion(context.database, agent.id);
      return { status: 200, body: { ...presentAgent(agent, version), source: version.source } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/agent-uploads/:id/versions',
    summary: 'Adds a version; the same content as the newest answers that one with 200.',
    who: 'signed_in',
    limit: 'write',
    body: contract.versionRequest,
    answers: { 201: contract.agentWire, 200: contract.agentWire },
    handle: async ({ context, accountId, params, body }) => {
      const made = await addVersion(context, {
        accountId,
        agent: params['id'] ?? '',
        language: body.language,
        source: body.source,
      });
      return { status: made.isNew ? 201 : 200, body: presentAgent(made.agent, made.version) };
    },
  }),
  route({
    method: 'GET',
    path: '/api/agent-uploads/:id/versions',
    summary: 'The versions of one of your agents, newest first.',
    who: 'signed_in',
    limit: 'read',
    query: pageQuery,
    answers: { 200: pageOf(contract.versionWire) },
    handle: async ({ context, accountId, params, query }) => {
      const agent = await findOwnAgent(context.database, params['id'] ?? '', accountId);
      const page = await listVersions(context.database, { agentId: agent.id, ...query });
      return { status: 200, body: { data: page.rows.map(presentVersionRow), nextCursor: page.nextCursor } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/agent-uploads/:id/versions/:number',
    summary: 'One version of your agent, with its source.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.versionDetail },
    handle: async ({ context, accountId, params }) => {
      const version = await findOwnVersion(context.database, {
        agent: params['id'] ?? '',
        number: params['number'] ?? '',
        accountId,
      });
      return { status: 200, body: { ...presentVersion(version), source: version.source } };
    },
  }),
  route({
    method: 'POST',
    path: '/api/agent-uploads/:id/test',
    summary: 'Runs your agent on one input, or on the public cases of a bounty, outside any competition.',
    who: 'signed_in',
    limit: 'run',
    body: contract.testRequest,
    answers: { 202: contract.testAnswer },
    handle: async ({ context, accountId, params, body }) => {
      const test = { accountId, agent: params['id'] ?? '', versionId: body.versionId };
      if (body.bountyId !== undefined) {
        return {
          status: 202,
          body: { executionIds: await testOnBounty(context, { ...test, bountyId: body.bountyId }) },
        };
      }
      return { status: 202, body: { executionId: await testOnInput(context, { ...test, input: body.input }) } };
    },
  }),
];
