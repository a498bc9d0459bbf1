import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiVersion } from '../context.ts';
import { openFixture, secretKey, type Fixture } from '../fixture.ts';
import { publishedFile } from './published-file.ts';
import { readPublishedParams, writePublished, type PublishedParams } from './published-params.ts';
import type { Schema } from './schema-of-type.ts';

let fixture: Fixture;
beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const { operations } = JSON.parse(readFileSync(publishedFile, 'utf8')) as PublishedParams;

type Params = { [name: string]: unknown };

/** The least that an operation takes: every required parameter, with a value of its type. */
function sampleOf(schema: Schema): unknown {
  if (schema.anyOf?.[0] !== undefined) return sampleOf(schema.anyOf[0]);
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  if (schema.type === 'array') return [sampleOf(schema.items ?? {})];
  if (schema.type === 'integer' || schema.type === 'number') return 1;
  if (schema.type === 'boolean') return true;
  if (schema.type !== 'object') return 'x';
  return Object.fromEntries((schema.required ?? []).map((name) => [name, sampleOf(schema.properties?.[name] ?? {})]));
}

/** A value that no parameter of this type may have, and the code it is refused with; null where any text will do. */
function wrongFor(schema: Schema): { value: unknown; code: string | undefined } | null {
  if (schema.anyOf !== undefined) return null;
  if (schema.enum !== undefined) return { value: 'no-such-value', code: undefined };
  if (schema.type === 'integer') return { value: 'ten', code: 'parameter_invalid_integer' };
  if (schema.type === 'string') return { value: { a: 'hash' }, code: undefined };
  return { value: 'text', code: undefined };
}

/** `a[b][0]=c`, as the SDK writes a form. */
function formOf(value: unknown, name = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, one]) => formOf(one, name === '' ? key : `${name}[${key}]`));
}

async function ask(operation: string, params: Params): Promise<{ status: number; error: Params }> {
  const [method = '', path = ''] = operation.split(' ');
  const isJson = path.startsWith('/v2/') && method !== 'GET';
  const form = new URLSearchParams(formOf(params)).toString();
  const body = isJson ? JSON.stringify(params) : form;
  const answer = await fetch(fixture.standIn.url + path.replace(':id', 'x_1') + (method === 'GET' ? `?${form}` : ''), {
    method,
    headers: {
      authorization: `Bearer ${secretKey}`,
      'stripe-version': apiVersion,
      'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
    },
    ...(method === 'GET' ? {} : { body }),
  });
  return { status: answer.status, error: ((await answer.json()) as { error?: Params }).error ?? {} };
}

/** API v2 calls every wrong field by one code. */
const codeIn = (operation: string, code: string | undefined) => (operation.includes(' /v2/') ? 'invalid_fields' : code);

describe('the parameters that Stripe publishes', () => {
  it('are those of the installed SDK, for every endpoint there is: else run npm run stripe:params', () => {
    expect(readFileSync(publishedFile, 'utf8')).toBe(writePublished(readPublishedParams()));
  });
});

describe.each(Object.entries(operations))('%s', (operation, schema) => {
  const least = sampleOf(schema) as Params;
  const properties = Object.entries(schema.properties ?? {});

  it('refuses a parameter that Stripe does not have', async () => {
    const { status, error } = await ask(operation, { ...least, no_such_parameter: 'x' });
    expect(status).toBe(400);
    expect(error).toMatchObject({ param: 'no_such_parameter', code: codeIn(operation, 'parameter_unknown') });
  });

  it('refuses to go without one that is required', async () => {
    for (const name of schema.required ?? []) {
      const { [name]: _, ...rest } = least;
      const { status, error } = await ask(operation, rest);
      expect(status).toBe(400);
      expect(error).toMatchObject({ param: name, code: codeIn(operation, 'parameter_missing') });
    }
  });

  it('refuses a value of another type, whichever parameter has it', async () => {
    for (const [name, one] of properties) {
      const wrong = wrongFor(one);
      if (wrong === null) continue;
      const { status, error } = await ask(operation, { ...least, [name]: wrong.value });
      expect([name, status]).toEqual([name, 400]);
      expect(error['param']).toMatch(new RegExp(`^${name}\\b`));
      if (wrong.code !== undefined) expect(error['code']).toBe(codeIn(operation, wrong.code));
    }
  });
});
