import type { IncomingMessage } from 'node:http';
import { ApiError, invalidParam } from './api-error.ts';
import { parseForm, type Wire } from './form-body.ts';

const bytesMax = 1024 * 1024;

/** Reads a request's body as text. Throws past 1 MiB. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax)
      throw new ApiError(413, { type: 'invalid_request_error', message: 'The request is larger than 1 MiB.' }, false);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** A JSON object. Throws for anything else. */
export function parseJsonObject(text: string): { [name: string]: Wire } {
  let value: Wire;
  try {
    value = text === '' ? {} : (JSON.parse(text) as Wire);
  } catch {
    throw invalidParam('The body is not valid JSON.', 'body');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidParam('The body must be a JSON object.', 'body');
  return value;
}

/** Parameters of an API request: the query of a GET, the form of a v1 POST, the JSON of a v2 POST. */
export function readParams(method: string, url: URL, body: string, contentType: string | undefined): Wire {
  if (method === 'GET') return parseForm(url.search.slice(1));
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  const expected = url.pathname.startsWith('/v2/') ? 'application/json' : 'application/x-www-form-urlencoded';
  if (body !== '' && type !== expected)
    throw invalidParam(`Invalid request (check that your POST content type is ${expected})`, 'Content-Type');
  return expected === 'application/json' ? parseJsonObject(body) : parseForm(body);
}

/** The fields of a page's form or of a script's JSON: what the checkout and onboarding pages take. */
export function readFields(body: string, contentType: string | undefined): { [name: string]: Wire } {
  return contentType?.includes('json') ? parseJsonObject(body) : parseForm(body);
}
