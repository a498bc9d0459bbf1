import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chatRequest, type ChatRequest } from './chat-request.ts';
import { composeAnswer, countTokens } from './compose-answer.ts';

export type LlmStandIn = {
  url: string;
  apiBase: string;
  /** What was asked, and the key it came with. It answers each as new: it keeps no keys. */
  requests: { body: ChatRequest; idempotencyKey: string | undefined }[];
  failNext(status: number, times?: number): void;
  close(): Promise<void>;
};

const bodyBytesMax = 4 * 1024 * 1024;
const models = ['stand-in-small', 'gpt-5-mini', 'gpt-5'];

/** A local server for the real OpenAI SDK (`baseURL: apiBase`): chat completions, streamed or whole, and the model list. Refuses what is not documented. */
export async function startLlmStandIn(options: { port?: number; apiKey: string }): Promise<LlmStandIn> {
  const requests: LlmStandIn['requests'] = [];
  let failure: { status: number; left: number } | null = null;
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => sendError(response, 500, 'server_error', String(error)));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.authorization !== `Bearer ${options.apiKey}`) {
      return sendError(response, 401, 'invalid_request_error', 'Incorrect API key provided.', 'invalid_api_key');
    }
    if (failure !== null && failure.left > 0) {
      failure.left -= 1;
      if (failure.status === 429) response.setHeader('retry-after', '1');
      return sendError(
        response,
        failure.status,
        failure.status === 429 ? 'rate_limit_error' : 'server_error',
        'The stand-in was told to fail.',
      );
    }
    if (request.method === 'GET' && request.url === '/v1/models') {
      return sendJson(response, 200, {
        object: 'list',
        data: models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'quarry' })),
      });
    }
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      return sendError(response, 404, 'invalid_request_error', `Invalid URL (${request.method} ${request.url})`);
    }
    const key = request.headers['idempotency-key'];
    await complete(await readText(request), key === undefined ? key : String(key), response);
  }

  async function complete(text: string, idempotencyKey: string | undefined, response: ServerResponse): Promise<void> {
    const parsed = chatRequest.safeParse(parseOrNull(text));
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return sendError(response, 400, 'invalid_request_error', `${issue?.path.join('.') || 'body'}: ${issue?.message}`);
    }
    if (!models.includes(parsed.data.model)) {
      return sendError(
        response,
        404,
        'invalid_request_error',
        `The model \`${parsed.data.model}\` does not exist.`,
        'model_not_found',
      );
    }
    requests.push({ body: parsed.data, idempotencyKey });
    if (parsed.data.stream) stream(response, parsed.data);
    else sendJson(response, 200, whole(parsed.data));
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    apiBase: `${url}/v1`,
    requests,
    failNext: (status, times = 1) => (failure = { status, left: times }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function whole(request: ChatRequest): object {
  const content = composeAnswer(request);
  return {
    ...head('chat.completion', request),
    choices: [
      { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: usage(request, content),
  };
}

function stream(response: ServerResponse, request: ChatRequest): void {
  const content = composeAnswer(request);
  const chunk = (part: object) =>
    response.write(`data: ${JSON.stringify({ ...head('chat.completion.chunk', request), ...part })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
  for (const piece of content.match(/.{1,20}/gs) ?? [])
    chunk({ choices: [{ index: 0, delta: { content: piece }, finish_reason: null }] });
  chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  if (request.stream_options?.include_usage) chunk({ choices: [], usage: usage(request, content) });
  response.end('data: [DONE]\n\n');
}

function head(object: string, request: ChatRequest): object {
  return { id: `chatcmpl-${randomUUID()}`, object, created: Math.floor(Date.now() / 1000), model: request.model };
}

function usage(request: ChatRequest, content: string): object {
  const prompt = countTokens(JSON.stringify(request.messages));
  const completion = countTokens(content);
  return { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion };
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(
  response: ServerResponse,
  status: number,
  type: string,
  message: string,
  code: string | null = null,
): void {
  sendJson(response, status, { error: { message, type, param: null, code } });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyBytesMax) throw new Error('The body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
