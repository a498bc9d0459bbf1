import type { Context } from '../context.ts';
import { chatMethods, type Method } from './chat.ts';
import { infoMethods } from './info.ts';
import { Refusal } from './refuse.ts';
import { viewMethods } from './views.ts';

const methods: Record<string, Method> = { ...chatMethods, ...viewMethods, ...infoMethods };
const jsonParams = ['blocks', 'view', 'metadata', 'attachments'];

export type Answer = { status: number; headers: Record<string, string>; body: object };

/** Answers `POST /api/<method>` as Slack does. */
export function answerMethod(
  context: Context,
  name: string,
  contentType: string,
  authorization: string | undefined,
  text: string,
): Answer {
  try {
    const body = readParams(contentType, text);
    const token = authorization?.replace(/^Bearer /, '') ?? body['token'];
    delete body['token'];
    context.requests.push({ method: name, body });
    failOnRequest(context, name);
    if (token === undefined) throw new Refusal('not_authed');
    if (token !== context.botToken) throw new Refusal('invalid_auth');
    // Bolt names the team in every call; Slack takes that from apps of whole organisations and ignores it otherwise.
    if (body['team_id'] !== undefined && body['team_id'] !== context.world.teamId) throw new Refusal('team_not_found');
    delete body['team_id'];
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (method === undefined) throw new Refusal('unknown_method');
    return { status: 200, headers: {}, body: { ok: true, ...method(context, body) } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const metadata = error.messages.length > 0 ? { response_metadata: { messages: error.messages } } : {};
    return {
      status: error.status,
      headers: error.status === 429 ? { 'retry-after': '1' } : {},
      body: { ok: false, error: error.error, ...metadata },
    };
  }
}

/** Form bodies carry their complex values as JSON text. */
function readParams(contentType: string, text: string): Record<string, unknown> {
  if (contentType.includes('application/json')) return JSON.parse(text || '{}') as Record<string, unknown>;
  const params: Record<string, unknown> = Object.fromEntries(new URLSearchParams(text));
  for (const name of jsonParams) {
    const value = params[name];
    if (typeof value !== 'string') continue;
    try {
      params[name] = JSON.parse(value);
    } catch {
      throw new Refusal('invalid_arguments', [`[ERROR] ${name} is not JSON`]);
    }
  }
  return params;
}

function failOnRequest(context: Context, method: string): void {
  const fault = context.faults.find((one) => one.method === method && one.times > 0);
  if (fault === undefined) return;
  fault.times -= 1;
  throw new Refusal(fault.error, [], fault.status);
}
