import { signatureHeader } from './sign.ts';

const answerWithinMs = 20_000;

/** Posts one signed webhook. Answers the status, or what went wrong on the way; a redirect counts as a failure, as at Stripe. */
export async function postWebhook(
  url: string,
  body: string,
  signing: { secret: string; seconds: number; stop: AbortSignal },
): Promise<string> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'User-Agent': 'Stripe/1.0 (local stand-in)',
        'Stripe-Signature': signatureHeader(body, signing.secret, signing.seconds),
      },
      body,
      signal: AbortSignal.any([signing.stop, AbortSignal.timeout(answerWithinMs)]),
    });
    await response.arrayBuffer();
    return String(response.status);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  }
}
