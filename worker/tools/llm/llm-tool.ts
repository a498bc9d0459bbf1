import type { Tool } from '../session.ts';
import type { LlmPort, ToolScope } from '../tool-scope.ts';

const usualTokens = 512;
const charactersPerToken = 3;

/** llm.complete: refused with `tool_limit` when prompt and answer together could go over what the run may use. */
export function openLlmTool({ scope, llm }: { scope: ToolScope; llm: LlmPort | null }): [string, Tool][] {
  return [
    [
      'llm.complete',
      async ({ prompt, system, maxTokens }, { usage, signal }) => {
        if (llm === null) throw new Error('not_configured');
        const request = {
          prompt: prompt as string,
          system: system as string | undefined,
          maxTokens: (maxTokens as number | undefined) ?? usualTokens,
        };
        const asked = Math.ceil((request.prompt.length + (request.system?.length ?? 0)) / charactersPerToken);
        if (usage.llmTokens + asked + request.maxTokens > scope.limits.llmTokensMax) throw new Error('tool_limit');
        const answer = await llm.complete(request, signal);
        return { value: answer, llmTokens: answer.tokens };
      },
    ],
  ];
}
