import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { apiVersion } from '../context.ts';
import { ApiError } from './api-error.ts';

/** Checks the key (`Bearer`, or Basic with the key as user name) and the API version. Throws 401, or 400 for another version. */
export function authenticate(headers: IncomingHttpHeaders, secretKey: string): void {
  const given = keyOf(headers.authorization);
  if (given === null)
    throw unauthorized('You did not provide an API key. Send it as `Authorization: Bearer YOUR_SECRET_KEY`.');
  if (!same(given, secretKey)) throw unauthorized(`Invalid API Key provided: ${masked(given)}`);
  const version = headers['stripe-version'];
  if (version !== undefined && version !== apiVersion)
    throw new ApiError(
      400,
      {
        type: 'invalid_request_error',
        message: `Invalid Stripe API version: ${String(version)}. The stand-in speaks ${apiVersion}.`,
      },
      false,
    );
}

function keyOf(authorization: string | undefined): string | null {
  const [scheme, value] = authorization?.split(' ') ?? [];
  if (!value) return null;
  if (/^bearer$/i.test(scheme ?? '')) return value;
  if (/^basic$/i.test(scheme ?? '')) return Buffer.from(value, 'base64').toString('utf8').split(':')[0] ?? null;
  return null;
}

function same(given: string, expected: string): boolean {
  const [one, two] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === two.length && timingSafeEqual(one, two);
}

function masked(key: string): string {
  return key.length <= 12 ? '*'.repeat(key.length) : `${key.slice(0, 8)}${'*'.repeat(key.length - 12)}${key.slice(-4)}`;
}

function unauthorized(message: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message }, false);
}
