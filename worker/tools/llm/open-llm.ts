import type { LlmPort } from '../tool-scope.ts';

/** A model behind an OpenAI-compatible API; null when no key is configured. The SDK is loaded with the first request. */
export function openLlm(options: {
  apiKey: string | undefined;
  baseUrl: string | undefined;
  model: string;
}): LlmPort | null {
  const { apiKey, baseUrl, model } = options;
  if (apiKey === undefined) return null;
  const client = lazily(async () => {
    const { default: OpenAI } = await import('openai');
    return new OpenAI({ apiKey, ...(baseUrl === undefined ? {} : { baseURL: baseUrl }), maxRetries: 1 });
  });
  return {
    async complete({ prompt, system, maxTokens, key }, signal) {
      const answer = await (
        await client()
      ).chat.completions.create(
        {
          model,
          max_completion_tokens: maxTokens,
          messages: [
            ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
            { role: 'user' as const, content: prompt },
          ],
        },
        { signal, headers: { 'idempotency-key': key } },
      );
      return { text: answer.choices[0]?.message.content ?? '', tokens: answer.usage?.total_tokens ?? 0 };
    },
  };
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
