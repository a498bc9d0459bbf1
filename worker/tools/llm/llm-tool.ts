import type { Tool } from '../session.ts';
import type { OurFaults } from '../our-faults.ts';
import type { Pace } from '../pace.ts';
import { callKey, type LlmPort, type ToolScope } from '../tool-scope.ts';

const usualTokens = 512;
// Of some scripts every character is a token, or two.
const charactersPerToken = 1;

/** llm.complete: refused with `tool_limit` when prompt and answer together could go over what the run may use. */
export function openLlmTool({
  scope,
  llm,
  pace,
}: {
  scope: ToolScope;
  llm: LlmPort | null;
  pace: Pace;
}): [string, Tool][] {
  return [
    [
      'llm.complete',
      async ({ prompt, system, maxTokens }, { budget, signal, seq, ours }) => {
        if (llm === null) throw new Error('not_configured');
        const request = {
          prompt: prompt as string,
          system: system as string | undefined,
          maxTokens: (maxTokens as number | undefined) ?? usualTokens,
          key: callKey(scope, seq),
        };
        const asked = Math.ceil((request.prompt.length + (request.system?.length ?? 0)) / charactersPerToken);
        await pace(ours);
        const answer = await budget.llmTokens.spend(
          { most: asked + request.maxTokens, isStrict: true },
          () => llm.complete(request, signal).catch((error: unknown) => refusedOrOurs(error, ours)),
          ({ tokens }) => tokens,
        );
        return { value: answer, llmTokens: answer.tokens };
      },
    ],
  ];
}

/** A model that says no to what was asked (https://platform.openai.com/docs/guides/error-codes) says so to the agent; one that is away is our fault. */
function refusedOrOurs(error: unknown, ours: OurFaults['ours']): Promise<never> {
  const { status, name } = error as { status?: number; name?: string };
  const isRefused = status === 400 || status === 413 || status === 422 || name === 'APIUserAbortError';
  return isRefused ? Promise.reject(error as Error) : ours(Promise.reject(error as Error));
}
