import { z } from 'zod';
import { pageOf, pageQuery } from '../platform/http/pages.ts';
import { route, type Route } from '../platform/http/route.ts';
import { addVersion } from './add-version.ts';
import * as contract from './contract.ts';
import { changeAgent } from './change-agent.ts';
import { findNewestVersion, findOwnAgent, findReadableAgent, findReadableVersion } from './find-agent.ts';
import { findLineage } from './find-lineage.ts';
import { forkAgent } from './fork-agent.ts';
import { listAgents, listVersions } from './list-agents.ts';
import { compileManifest, readManifest } from './manifest/compile-manifest.ts';
import { manifestSchema } from './manifest/manifest.ts';
import {
  presentAgent,
  presentAgentDetail,
  presentAgentRow,
  presentVersionDetail,
  presentVersionRow,
} from './present-agent.ts';
import { fillInTemplate, templates } from './templates/fill-in-template.ts';
import { testOnBounty, testOnInput } from './test-agent.ts';
import { uploadAgent } from './upload-agent.ts';

export const agentRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/agent-uploads',
    summary:
      'Uploads a new agent: code in one file or several (512 KiB in all), a manifest of steps, or a template filled in.',
    who: 'signed_in',
    limit: 'write',
    body: contract.agentRequest,
    answers: { 201: contract.agentWire },
    handle: async ({ context, accountId, body }) => {
      const made = await uploadAgent(context, { accountId, ...body });
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
    summary:
      'An agent by id or code with the source of its newest version: one of yours, or one under a public licence.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.agentDetail },
    handle: async ({ context, accountId, params }) => {
      const agent = await findReadableAgent(context.database, params['id'] ?? '', accountId);
      const version = await findNewestVersion(context.database, agent.id);
      const lineage = await findLineage(context.database, agent.id, accountId);
      return { status: 200, body: presentAgentDetail(agent, version, lineage, accountId) };
    },
  }),
  route({
    method: 'PATCH',
    path: '/api/agent-uploads/:id',
    summary: 'Renames your agent, changes its licence, or sets what one run may cost.',
    who: 'signed_in',
    limit: 'write',
    body: contract.agentChange,
    answers: { 200: contract.agentDetail },
    handle: async ({ context, accountId, params, body }) => {
      const agent = await changeAgent(context, { accountId, agent: params['id'] ?? '', ...body });
      const version = await findNewestVersion(context.database, agent.id);
      const lineage = await findLineage(context.database, agent.id, accountId);
      return { status: 200, body: presentAgentDetail(agent, version, lineage, accountId) };
    },
  }),
  route({
    method: 'POST',
    path: '/api/agent-uploads/:id/fork',
    summary: 'An agent of your own that begins as a version of this one; its licence and lineage go with it.',
    who: 'signed_in',
    limit: 'write',
    body: contract.forkRequest,
    answers: { 201: contract.agentWire },
    handle: async ({ context, accountId, params, body }) => {
      const made = await forkAgent(context, { accountId, agent: params['id'] ?? '', ...body });
      return { status: 201, body: presentAgent(made.agent, made.version) };
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
      const made = await addVersion(context, { accountId, agent: params['id'] ?? '', ...body });
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
    summary: 'One version of an agent whose source you may read.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: contract.versionDetail },
    handle: async ({ context, accountId, params }) => {
      const version = await findReadableVersion(context.database, {
        agent: params['id'] ?? '',
        number: params['number'] ?? '',
        accountId,
      });
      return { status: 200, body: presentVersionDetail(version) };
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
  route({
    method: 'GET',
    path: '/api/agent-templates',
    summary: 'Agents that are made by filling in a form: the questions of each.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: z.object({ data: z.array(contract.templateWire) }) },
    handle: async () => ({
      status: 200,
      body: { data: templates.map(({ id, title, description, fields }) => ({ id, title, description, fields })) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/agent-manifests/preview',
    summary:
      'What a manifest, or a template filled in, becomes: the manifest and the code that would run. Keeps nothing.',
    who: 'signed_in',
    limit: 'write',
    body: contract.previewRequest,
    answers: { 200: contract.previewAnswer },
    handle: async ({ body }) => {
      const manifest = readManifest(body.form === undefined ? body.manifest : fillInTemplate(body.form));
      return { status: 200, body: { manifest, code: compileManifest(manifest) } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/schemas/agent-v1.json',
    summary: 'The JSON Schema of a manifest, quarry.agent/v1.',
    who: 'anyone',
    limit: 'read',
    answers: { 200: z.unknown() },
    handle: async () => ({ status: 200, body: manifestSchema() }),
  }),
];
