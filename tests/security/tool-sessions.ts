import { randomUUID } from 'node:crypto';
import { openBroker, type BrokerOptions } from '../../worker/tools/broker.ts';
import type { EndedCall } from '../../api/executions/record-tool-calls.ts';
import type { ToolScope, ToolSession } from '../../worker/tools/tool-scope.ts';

export const hosts = ['api.example.org', '*.example.com'];

/** A session of the real broker whose record is kept in memory, and a call that answers its value or its code. */
export function openToolSession(
  options: Pick<BrokerOptions, 'http'> & Partial<BrokerOptions>,
  scope: Partial<ToolScope> = {},
): { session: ToolSession; ends: EndedCall[]; call(name: string, args: unknown): Promise<unknown> } {
  const ends: EndedCall[] = [];
  const broker = openBroker({
    recorder: { begin: async () => true, end: async (_scope, call) => void ends.push(call) },
    connectors: {
      redeem: async () => {
        throw new Error('tool_denied');
      },
    },
    llm: null,
    ...options,
  });
  const session = broker.openSession({
    executionId: randomUUID(),
    attempt: 1,
    leaseToken: randomUUID(),
    agentUploadId: randomUUID(),
    grants: ['http.get', 'http.post', 'kv.get', 'kv.set', 'kv.delete', 'kv.list', 'llm.complete', 'connector.call'].map(
      (name) => (name.startsWith('http') ? { name, hosts } : { name }),
    ),
    limits: { callsMax: 20, bytesMax: 20 * 1024 * 1024, llmTokensMax: 2_000 },
    signal: new AbortController().signal,
    recorded: [],
    mode: 'live',
    ...scope,
  });
  return {
    session,
    ends,
    async call(name, args) {
      try {
        return JSON.parse(await session.call({ name, args: JSON.stringify(args) }));
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}
