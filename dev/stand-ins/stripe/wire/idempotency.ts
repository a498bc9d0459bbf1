import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import type { SavedAnswer } from '../world.ts';
import { ApiError } from './api-error.ts';

const hourMs = 3_600_000;

// docs.stripe.com/api/idempotent_requests (v1: 24 hours) and docs.stripe.com/api-v2-overview (v2: 30 days).
const keptMs = { v1: 24 * hourMs, v2: 30 * 24 * hourMs };

export type Keyed = { key: string; method: string; path: string; fingerprint: string };

/** What one request asked, byte for byte: two requests under one key must have the same. */
export function fingerprintOf(body: string): string {
  return createHash('sha256').update(body).digest('base64');
}

/** The answer saved under this key, or null when the key is new or was pruned. Throws when another request used the key. */
export function findSavedAnswer(context: Context, asked: Keyed): SavedAnswer | null {
  prune(context);
  const saved = context.world.savedAnswers.get(asked.key);
  if (!saved) return null;
  if (saved.method !== asked.method || saved.path !== asked.path)
    throw conflict(
      `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${asked.path}' vs '${saved.path}'). Try using a key other than '${asked.key}' if you meant to execute a different request.`,
    );
  if (saved.fingerprint !== asked.fingerprint)
    throw conflict(
      `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${asked.key}' if you meant to execute a different request.`,
    );
  return saved;
}

/** Saves an answer. API v1 saves failures too, 500 included; v2 runs a failed request again, so only success is kept. */
export function saveAnswer(
  context: Context,
  asked: Keyed,
  answer: { status: number; body: string; requestId: string },
): void {
  if (versionOf(asked.path) === 'v2' && answer.status >= 400) return;
  const { key, ...rest } = asked;
  context.world.savedAnswers.set(key, { ...rest, ...answer, savedAtMs: context.nowMs() });
}

/** An `Idempotency-Key` of 1 to 255 characters, or null. */
export function readKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  const key = String(header);
  if (key === '' || key.length > 255)
    throw new ApiError(
      400,
      { type: 'invalid_request_error', message: 'Idempotency keys must have 1 to 255 characters.' },
      false,
    );
  return key;
}

function prune(context: Context): void {
  for (const [key, saved] of context.world.savedAnswers)
    if (context.nowMs() - saved.savedAtMs >= keptMs[versionOf(saved.path)]) context.world.savedAnswers.delete(key);
}

function versionOf(path: string): 'v1' | 'v2' {
  return path.startsWith('/v2/') ? 'v2' : 'v1';
}

function conflict(message: string): ApiError {
  return new ApiError(400, { type: 'idempotency_error', message }, false);
}
