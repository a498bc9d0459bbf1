import { afterAll, beforeAll } from 'vitest';
import { startPublicServer, type PublicServer } from '../security/public-servers.ts';
import { call, makeAccount, type JsonValue } from './factories.ts';
import { useWorkingQuarry, type WorkingQuarry } from './working-quarry.ts';

export const toolHost = 'api.example.org';

/** A working Quarry whose tools reach one server, and a developer whose agents may. */
export type ToolRuns = WorkingQuarry & {
  /** Answers a small table: how many requests it has heard, and with what authorization the last one came. */
  server: PublicServer;
  ada: { id: string; key: string };
  /** What happens while the server has been asked and has not answered. */
  meanwhile: () => Promise<unknown>;
  approve(agentId: string, tool: string): Promise<void>;
  /** A test run of an agent of Ada's, when it has ended. */
  runTest(agentId: string, input?: unknown): Promise<JsonValue>;
};

/** Opens it before the tests of a file and closes it after them. */
export function useToolRuns(): ToolRuns {
  const runs = { meanwhile: async () => undefined } as unknown as ToolRuns;
  afterAll(() => runs.server.close());
  const quarry = useWorkingQuarry({
    async http() {
      runs.server = await startPublicServer((request, response) => {
        const answer = `n,who\n${runs.server.heard.length},${request.headers.authorization ?? 'nobody'}`;
        void runs.meanwhile().finally(() => response.end(answer));
      });
      return runs.server.http;
    },
  });
  beforeAll(async () => {
    Object.assign(runs, quarry, { ada: await makeAccount(quarry.t, 'Ada') });
  });
  return Object.assign(runs, {
    async approve(agentId: string, tool: string) {
      const admin = await makeAccount(runs.t, 'Root', { isPlatformAdmin: true });
      const asked = await call(runs.api, 'POST', `/api/agent-uploads/${agentId}/tools`, {
        key: runs.ada.key,
        body: { tool, hosts: [toolHost], reason: 'Reads prices' },
      });
      await call(runs.api, 'POST', `/api/tool-requests/${agentId}/${tool}/decide`, {
        key: admin.key,
        body: { decision: 'approve', requestedAt: asked.body.requestedAt },
      });
    },
    async runTest(agentId: string, input: unknown = {}) {
      const { key } = runs.ada;
      const { body } = await call(runs.api, 'POST', `/api/agent-uploads/${agentId}/test`, { key, body: { input } });
      return runs.ended(body.executionId, key);
    },
  });
}
