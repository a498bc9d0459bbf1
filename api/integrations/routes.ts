import { z } from 'zod';
import { route, type Route } from '../platform/http/route.ts';
import * as contract from './contract.ts';
import { findConnectors } from './find-connectors.ts';
import { findLinks, linkAgent, unlinkAgent } from './link-agent.ts';
import { addConnector, revokeConnector, rotateSecret } from './manage-connectors.ts';
import { presentConnector } from './present-connector.ts';

export const integrationRoutes: Route[] = [
  route({
    method: 'POST',
    path: '/api/integrations',
    summary: 'Connects a service of yours. Its secret is kept encrypted and never shown again.',
    who: 'signed_in',
    limit: 'write',
    body: contract.connectorRequest,
    answers: { 201: contract.connectorWire },
    handle: async ({ context, accountId, body }) => ({
      status: 201,
      body: presentConnector(await addConnector(context, { accountId, ...body })),
    }),
  }),
  route({
    method: 'GET',
    path: '/api/integrations',
    summary: 'The services you connected, by name.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: z.object({ data: z.array(contract.connectorWire) }) },
    handle: async ({ context, accountId }) => ({
      status: 200,
      body: { data: (await findConnectors(context.database, accountId)).map(presentConnector) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/integrations/:name/rotate',
    summary: 'Replaces the secret of a connected service.',
    who: 'signed_in',
    limit: 'write',
    body: contract.rotateRequest,
    answers: { 200: contract.connectorWire },
    handle: async ({ context, accountId, params, body }) => ({
      status: 200,
      body: presentConnector(
        await rotateSecret(context, { accountId, name: params['name'] ?? '', secret: body.secret }),
      ),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/integrations/:name',
    summary: 'Disconnects a service for good: its secret is destroyed, and running agents lose it at once.',
    who: 'signed_in',
    limit: 'write',
    answers: { 200: z.object({ name: z.string(), revoked: z.literal(true) }) },
    handle: async ({ context, accountId, params }) => {
      const { name } = await revokeConnector(context, { accountId, name: params['name'] ?? '' });
      return { status: 200, body: { name, revoked: true } };
    },
  }),
  route({
    method: 'GET',
    path: '/api/agent-uploads/:id/integrations',
    summary: 'The connected services your agent may use.',
    who: 'signed_in',
    limit: 'read',
    answers: { 200: z.object({ data: z.array(contract.linkWire) }) },
    handle: async ({ context, accountId, params }) => ({
      status: 200,
      body: { data: await findLinks(context, { accountId, agent: params['id'] ?? '' }) },
    }),
  }),
  route({
    method: 'POST',
    path: '/api/agent-uploads/:id/integrations',
    summary: 'Lets your agent use named operations of a service you connected.',
    who: 'signed_in',
    limit: 'write',
    body: contract.linkRequest,
    answers: { 201: contract.linkWire },
    handle: async ({ context, accountId, params, body }) => ({
      status: 201,
      body: await linkAgent(context, { accountId, agent: params['id'] ?? '', ...body }),
    }),
  }),
  route({
    method: 'DELETE',
    path: '/api/agent-uploads/:id/integrations/:connector',
    summary: 'Takes a service away from your agent.',
    who: 'signed_in',
    limit: 'write',
    answers: { 200: z.object({ connector: z.string(), unlinked: z.literal(true) }) },
    handle: async ({ context, accountId, params }) => {
      const connector = params['connector'] ?? '';
      await unlinkAgent(context, { accountId, agent: params['id'] ?? '', connector });
      return { status: 200, body: { connector, unlinked: true } };
    },
  }),
];
