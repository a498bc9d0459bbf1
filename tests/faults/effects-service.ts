import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { chatRequest, type ChatRequest } from '../../dev/stand-ins/llm/chat-request.ts';
import { countTokens, lastQuestion } from '../../dev/stand-ins/llm/compose-answer.ts';
import type { Random } from './seeded-random.ts';

/** One thing that was done for an agent, under the key it was asked for with. `asked`: how often the same was asked for. */
export type Effect = { key: string; prompt: string; answer: string; asked: number };

export type EffectsService = {
  /** What workers need to find it. */
  env: Record<string, string>;
  /** In the order they were done. */
  effects(): Effect[];
  /** Connections it cut instead of answering. */
  cuts(): number;
  /** Requests that it refused, and what a key was used for besides. */
  complaints: string[];
  close(): Promise<void>;
};

const apiKey = 'sk-faults';
const cutShare = 0.1;
const bodyCharactersMax = 100_000;

/**
 * A service with effects outside of Quarry, which speaks POST /v1/chat/completions for the real OpenAI SDK. The first time a key is seen it
 * does one effect, at once; it answers later, and gives every other request with that key the same answer, as services with idempotency keys
 * do. For one key in ten it cuts the connection instead of the first answer: the effect is done, and nobody is told.
 */
export async function startEffectsService(random: Random): Promise<EffectsService> {
  const effects = new Map<string, Effect>();
  const complaints: string[] = [];
  let cuts = 0;
  const server = createServer((request, response) => {
    // A worker that was killed in the middle of its request.
    serve(request, response).catch(() => response.destroy());
  });
  // The client decides how long a connection is kept: one closed here could just have been used.
  server.keepAliveTimeout = 0;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = chatRequest.safeParse(parseOrNull(await readText(request)));
    const key = request.headers['idempotency-key'];
    if (request.headers.authorization !== `Bearer ${apiKey}`) return refuse(response, 401, 'Incorrect API key.');
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions')
      return refuse(response, 404, `Invalid URL (${request.method} ${request.url})`);
    if (typeof key !== 'string' || key === '') return refuse(response, 400, 'An idempotency-key is required.');
    if (!body.success) return refuse(response, 400, `Invalid body: ${body.error.message}`);
    if (body.data.stream === true) return refuse(response, 400, 'Nothing is streamed here.');
    await answer(key, body.data, response);
  }

  async function answer(key: string, request: ChatRequest, response: ServerResponse): Promise<void> {
    const prompt = lastQuestion(request);
    const known = effects.get(key);
    const effect = known ?? { key, prompt, answer: `effect ${effects.size + 1}`, asked: 0 };
    effects.set(key, effect);
    effect.asked += 1;
    if (effect.prompt !== prompt) return refuse(response, 400, `${key} was used for another request.`);
    const isCut = known === undefined && random.next() < cutShare;
    await pause(random.between(10, 60));
    if (!isCut) return sendJson(response, 200, completionOf(request, effect));
    cuts += 1;
    response.destroy();
  }

  function refuse(response: ServerResponse, status: number, message: string): void {
    complaints.push(`${status} ${message}`);
    sendJson(response, status, { error: { message, type: 'invalid_request_error', param: null, code: null } });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` },
    effects: () => [...effects.values()],
    cuts: () => cuts,
    complaints,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function completionOf({ model }: ChatRequest, { prompt, answer }: Effect): object {
  const [asked, answered] = [countTokens(prompt), countTokens(answer)];
  const message = { role: 'assistant', content: answer, refusal: null };
  return {
    id: `chatcmpl-${answer.replace(' ', '-')}`,
    object: 'chat.completion',
    created: Math.floor(Date.now() / 1000),
    model,
    choices: [{ index: 0, message, logprobs: null, finish_reason: 'stop' }],
    usage: { prompt_tokens: asked, completion_tokens: answered, total_tokens: asked + answered },
  };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of request.setEncoding('utf8') as AsyncIterable<string>) {
    text += piece;
    if (text.length > bodyCharactersMax) throw new Error('The body is too large');
  }
  return text;
}
