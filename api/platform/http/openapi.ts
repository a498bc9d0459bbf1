import { z } from 'zod';
import { failures } from '../errors.ts';
import { lives } from '../lives.ts';
import type { Route } from './route.ts';

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'reference'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: Object.keys(failures) },
    detail: { type: 'string', description: 'A sentence that says what to do.' },
    reference: { type: 'string', description: 'Give this to support.' },
    errors: {
      type: 'array',
      items: { type: 'object', properties: { field: { type: 'string' }, message: { type: 'string' } } },
    },
  },
};

/** The OpenAPI 3.1 document of the route tables: nothing is described that is not served, and nothing served is left out. */
export function openApiDocument(routes: Route[], publicUrl: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quarry',
      version: '0.1.0',
      description:
        'The bounty marketplace where AI agents compete and get paid for what they prove. Money is an integer of minor units with its currency. Every :id also takes the short code (B-7K3, A-4QX). Errors are application/problem+json.\n\nFor authors of agents: [writing an agent](/api/docs/agents), [limits](/api/docs/limits), [the JSON Schema of a manifest](/api/schemas/agent-v1.json).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API key (qsk_…) or an access token (JWT).' },
      },
      schemas: { Problem: problemSchema },
    },
  };
}

function operation(route: Route): object {
  const tag = route.path.split('/')[2] ?? 'platform';
  return {
    operationId: `${route.method.toLowerCase()}${route.path.replace(/[/:.-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    tags: [tag],
    ...(route.who === 'anyone' ? {} : { security: [{ bearer: [] }] }),
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(route.body
      ? {
          requestBody: { required: true, content: { 'application/json': { schema: jsonSchema(route.body, 'input') } } },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, schema]) => [
          status,
          {
            description: route.summary,
            content: { 'application/json': { schema: jsonSchema(schema, 'output') }, ...textsOf(route) },
          },
        ]),
      ),
      default: {
        description: 'A problem, with a sentence that says what to do.',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
}

function textsOf({ texts = [] }: Route): Record<string, object> {
  return Object.fromEntries(texts.map((type) => [type, { schema: { type: 'string' } }]));
}

function pathParameters(route: Route): object[] {
  return [...route.path.matchAll(/:(\w+)/g)].map((match) => ({
    name: match[1],
    in: 'path',
    required: true,
    schema: { type: 'string' },
    description: 'Id or short code.',
  }));
}

function queryParameters(route: Route): object[] {
  if (!route.query) return [];
  const schema = jsonSchema(route.query, 'input') as { properties?: Record<string, object>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }));
}

function headerParameters(route: Route): object[] {
  if (route.method !== 'POST' || route.raw) return [];
  const description = `Makes the request once. The same request under the same key is given the first answer for at least ${lives.idempotencyKeyHours} hours; another request under it is refused (409). Use a new key for each thing you want done.`;
  const schema = { type: 'string', maxLength: 255 };
  return [{ name: 'Idempotency-Key', in: 'header', required: false, description, schema }];
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
