import { openConnectorTool } from './connector-tool.ts';
import type { HttpOptions } from './http/fetch-public.ts';
import { openHttpTool } from './http/http-tool.ts';
import { openKeyValue } from './key-value.ts';
import { openLlmTool } from './llm/llm-tool.ts';
import { openPaces } from './pace.ts';
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
  const paceOf = openPaces();
  return {
    openSession(scope) {
      const pace = paceOf(scope.agentUploadId);
      const tools = new Map<string, Tool>([
        ...openKeyValue(),
        ...openHttpTool({ scope, http, pace }),
        ...openConnectorTool({ scope, http, connectors, pace }),
        ...openLlmTool({ scope, llm, pace }),
      ]);
      return openSession(scope, recorder, tools);
    },
  };
}
