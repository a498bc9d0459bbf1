import { createHmac } from 'node:crypto';

/** Slack's signature of a request: https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signRequest(signingSecret: string, timestampSeconds: number, body: string): string {
  return `v0=${createHmac('sha256', signingSecret).update(`v0:${timestampSeconds}:${body}`).digest('hex')}`;
}
