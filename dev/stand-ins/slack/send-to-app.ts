import type { Context } from './context.ts';
import { newId } from './world.ts';
import { signRequest } from './sign.ts';

/** What an app answered within its three seconds; status 0 when it did not. */
export type AppAnswer = { status: number; body: string; ms: number };

export type Sent = { body: string; contentType: string; headers: Record<string, string> };

const answerMs = 3_000;
const triggerMs = 3_000;
const responseUrlMs = 1_800_000;

/** Sends a signed request to the app, as Slack would; `sent` can be sent again to replay it. */
export async function sendToApp(
  context: Context,
  body: string,
  contentType: string,
  change: Partial<Record<string, string>> = {},
): Promise<{ answer: AppAnswer; sent: Sent }> {
  const seconds = Math.floor(Date.now() / 1000);
  const headers = {
    'content-type': contentType,
    'x-slack-request-timestamp': String(seconds),
    'x-slack-signature': signRequest(context.signingSecret, seconds, body),
    'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
    ...change,
  } as Record<string, string>;
  const sent = { body, contentType, headers };
  return { answer: await post(context, sent), sent };
}

/** Sends the same bytes with the same signature. */
export async function post(context: Context, sent: Sent): Promise<AppAnswer> {
  const startedMs = performance.now();
  try {
    const answer = await fetch(context.eventsUrl, {
      method: 'POST',
      body: sent.body,
      headers: sent.headers,
      signal: AbortSignal.timeout(answerMs),
    });
    return { status: answer.status, body: await answer.text(), ms: performance.now() - startedMs };
  } catch (error) {
    const ms = performance.now() - startedMs;
    context.warnings.push(
      ms >= answerMs - 50 ? 'operation_timeout: the app did not answer in 3 s' : `dispatch_failed: ${String(error)}`,
    );
    return { status: 0, body: '', ms };
  }
}

export function newTrigger(context: Context, userId: string): string {
  const id = `${Date.now()}.${newId('')}.${newId('').toLowerCase()}`;
  context.triggers.set(id, { userId, untilMs: Date.now() + triggerMs, isUsed: false });
  return id;
}

export function newResponseUrl(
  context: Context,
  place: { channelId: string; userId: string; messageTs: string | null },
): string {
  const token = newId('R');
  context.responseUrls.set(token, { ...place, untilMs: Date.now() + responseUrlMs, usesLeft: 5 });
  return `${context.baseUrl}/response/${token}`;
}
