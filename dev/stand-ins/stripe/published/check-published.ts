import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { invalidParam, type ApiError } from '../wire/api-error.ts';
import type { Wire } from '../wire/form-body.ts';
import { publishedFile } from './published-file.ts';
import type { PublishedParams } from './published-params.ts';
import type { Schema } from './schema-of-type.ts';
import { typeWire } from './type-wire.ts';

type Checked = { schema: Schema; validate: ValidateFunction };

let checks: Map<string, Checked> | null = null;

/**
 * Throws what Stripe answers to parameters that it does not publish for an operation (`POST /v1/refunds`): an unknown or a missing one, or
 * one of another type. Throws a plain error for an operation that is not in the file.
 */
export function checkPublished(operation: string, params: Wire): void {
  checks ??= compile();
  const checked = checks.get(operation);
  if (checked === undefined) throw new Error(`${operation} is not in ${publishedFile}: run npm run stripe:params`);
  if (checked.validate(typeWire(checked.schema, params))) return;
  const [error] = checked.validate.errors ?? [];
  if (error !== undefined) throw refusalOf(error, params);
}

function compile(): Map<string, Checked> {
  const ajv = new Ajv({ strict: true, allowUnionTypes: true, verbose: true });
  ajv.addKeyword({ keyword: 'emptyable', schemaType: 'boolean' });
  const { operations } = JSON.parse(readFileSync(publishedFile, 'utf8')) as PublishedParams;
  return new Map(Object.entries(operations).map(([name, schema]) => [name, { schema, validate: ajv.compile(schema) }]));
}

/** In Stripe's words and codes (docs.stripe.com/error-codes). */
function refusalOf({ keyword, instancePath, params, data }: ErrorObject, sent: Wire): ApiError {
  const at = (name?: string) => paramOf(instancePath, name);
  if (keyword === 'additionalProperties') {
    const param = at(params['additionalProperty']);
    return invalidParam(`Received unknown parameter: ${param}`, param, 'parameter_unknown');
  }
  if (keyword === 'required') {
    const param = at(params['missingProperty']);
    return invalidParam(`Missing required param: ${param}.`, param, 'parameter_missing');
  }
  if (keyword === 'enum')
    return invalidParam(`Invalid ${at()}: must be one of ${listed(params['allowedValues'])}`, at());
  if (data === '')
    return invalidParam(
      `You passed an empty string for '${at()}'. An empty value unsets a parameter, but '${at()}' cannot be unset. Leave it out or give it a value.`,
      at(),
      'parameter_invalid_empty',
    );
  const type = keyword === 'type' ? String(params['type']) : 'value';
  if (type !== 'integer') return invalidParam(`Invalid ${type}`, at() || Object.keys(sent ?? {}).join(', '));
  const shown = typeof data === 'string' ? data : JSON.stringify(data);
  return invalidParam(`Invalid integer: ${shown}`, at(), 'parameter_invalid_integer');
}

/** `/line_items/0/price` as Stripe writes it: `line_items[0][price]`. */
function paramOf(pointer: string, name?: string): string {
  const parts = pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const [first = '', ...rest] = name === undefined ? parts : [...parts, name];
  return rest.reduce((param, part) => `${param}[${part}]`, first);
}

function listed(words: unknown): string {
  const all = Array.isArray(words) ? words.map(String) : [];
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`;
}
