import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startLlmStandIn, type LlmStandIn } from './start-llm-stand-in.ts';

let standIn: LlmStandIn;
let client: OpenAI;
beforeAll(async () => {
  standIn = await startLlmStandIn({ apiKey: 'sk-test' });
  client = new OpenAI({ apiKey: 'sk-test', baseURL: standIn.apiBase, maxRetries: 0 });
});
afterAll(() => standIn.close());

const messages = [{ role: 'user' as const, content: 'Say hello' }];

it('answers the real SDK, whole and streamed alike', async () => {
  const whole = await client.chat.completions.create({ model: 'stand-in-small', messages });
  let streamed = '';
  for await (const chunk of await client.chat.completions.create({ model: 'stand-in-small', messages, stream: true })) {
    streamed += chunk.choices[0]?.delta.content ?? '';
  }
  expect(whole.choices[0]?.message.content).toContain('Say hello');
  expect(streamed).toBe(whole.choices[0]?.message.content);
});

it('gives an instance of the schema it is asked for', async () => {
  const schema = {
    type: 'object',
    properties: { score: { type: 'number', minimum: 0 }, label: { enum: ['spam', 'ham'] } },
  };
  const answer = await client.chat.completions.create({
    model: 'stand-in-small',
    messages,
    response_format: { type: 'json_schema', json_schema: { name: 'verdict', schema } },
  });
  expect(JSON.parse(answer.choices[0]?.message.content ?? '')).toEqual({ score: 0, label: 'spam' });
});

it('refuses a wrong key, an unknown model, an unknown parameter, and fails when told to', async () => {
  const wrong = new OpenAI({ apiKey: 'sk-other', baseURL: standIn.apiBase, maxRetries: 0 });
  await expect(wrong.models.list()).rejects.toMatchObject({ status: 401 });
  await expect(client.chat.completions.create({ model: 'none', messages })).rejects.toMatchObject({
    status: 404,
    code: 'model_not_found',
  });
  const odd = { model: 'stand-in-small', messages, temprature: 1 };
  await expect(client.chat.completions.create(odd)).rejects.toMatchObject({ status: 400 });
  standIn.failNext(429);
  await expect(client.models.list()).rejects.toMatchObject({ status: 429 });
  expect((await client.models.list()).data.length).toBeGreaterThan(0);
});
