import { RateLimiterMemory } from 'rate-limiter-flexible';
import { openConnectorTool } from './connector-tool.ts';
import type { HttpOptions } from './http/fetch-public.ts';
import { openHttpTool } from './http/http-tool.ts';
import { openKeyValue } from './key-value.ts';
import { toolLimits } from './limits.ts';
import { openLlmTool } from './llm/llm-tool.ts';
import { openSession, type Tool } from './session.ts';
import type { Connectors, LlmPort, ToolRecorder, ToolScope, ToolSession } from './tool-scope.ts';

export type BrokerOptions = {
  recorder: ToolRecorder;
  connectors: Connectors;
  llm: LlmPort | null;
  http: HttpOptions;
};

/** What answers agents outside the sandbox: see docs/decisions/0006-tools.md. It holds nothing open between runs. */
export type Broker = { openSession(scope: ToolScope): ToolSession };

export function openBroker({ recorder, connectors, llm, http }: BrokerOptions): Broker {
  const rate = new RateLimiterMemory({ points: toolLimits.requestsPerMinute, duration: 60 });
  return {
    openSession(scope) {
      const pace = () => keepPace(rate, scope.agentUploadId);
      const tools = new Map<string, Tool>([
        ...openKeyValue(),
        ...openHttpTool({ scope, http, pace }),
        ...openConnectorTool({ scope, http, connectors, pace }),
        ...openLlmTool({ scope, llm }),
      ]);
      return openSession(scope, recorder, tools);
    },
  };
}

async function keepPace(rate: RateLimiterMemory, agentUploadId: string): Promise<void> {
  try {
    await rate.consume(agentUploadId);
  } catch {
    throw new Error('rate_limited');
  }
}
