import { beginToolCall, endToolCall } from '../../api/executions/record-tool-calls.ts';
import { issueToken, redeemToken } from '../../api/integrations/redeem-token.ts';
import type { Context } from '../../api/platform/context.ts';
import { covers } from '../../api/tools/policy.ts';
import type { BrokerOptions } from '../tools/broker.ts';
import { openLlm } from '../tools/llm/open-llm.ts';
import type { Connectors, ToolRecorder, ToolScope } from '../tools/tool-scope.ts';

/** What the broker needs of a running Quarry. */
export function toolPorts(context: Context): BrokerOptions {
  const { openai, publicUrl, apiUrl } = context.config;
  return {
    recorder: toolRecorder(context),
    connectors: scopedConnectors(context),
    llm: openLlm(openai),
    http: { ownHosts: [publicUrl, apiUrl].map((url) => new URL(url).hostname) },
  };
}

/** Each call is written down before it is made and after: see execution_tool_calls. */
function toolRecorder(context: Context): ToolRecorder {
  return {
    begin: (scope, call) => beginToolCall(context, scope, call),
    end: (scope, call) => endToolCall(context, scope, call),
  };
}

/** Connectors by a token of each execution's own; the credential comes to the broker and goes no further. */
function scopedConnectors(context: Context): Connectors {
  const tokens = new WeakMap<ToolScope, Map<string, string>>();
  return {
    async redeem(scope, { connector, operation }) {
      const own = tokens.get(scope) ?? new Map<string, string>();
      tokens.set(scope, own);
      const token = own.get(connector) ?? (await issueToken(context, scope, connector));
      if (token === null) throw new Error('tool_denied');
      own.set(connector, token);
      const request = await redeemToken(context, token, operation);
      const hosts = scope.grants.find((grant) => grant.name === 'connector.call')?.hosts;
      if (request === null || !mayReach(request.url, hosts)) throw new Error('tool_denied');
      return { ...request, hosts: [new URL(request.url).hostname] };
    },
  };
}

function mayReach(url: string, hosts: string[] | undefined): boolean {
  return hosts === undefined || hosts.some((pattern) => covers(pattern, new URL(url).hostname));
}
