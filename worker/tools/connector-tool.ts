import { fetchPublic, type HttpOptions } from './http/fetch-public.ts';
import { fetchWithin, readBody } from './http/http-tool.ts';
import type { Pace } from './pace.ts';
import { redact } from './redact.ts';
import type { Tool } from './session.ts';
import { callKey, type Connectors, type ToolScope } from './tool-scope.ts';

type Needs = {
  scope: ToolScope;
  http: HttpOptions;
  connectors: Connectors;
  pace: Pace;
};

/** connector.call: the credential is added here, and taken out of whatever comes back. */
export function openConnectorTool({ scope, http, connectors, pace }: Needs): [string, Tool][] {
  return [
    [
      'connector.call',
      async ({ connector, operation, query, body }, { budget, seq, signal, ours }) => {
        await pace(ours);
        const right = await ours(
          connectors.redeem(scope, { connector: connector as string, operation: operation as string }),
        );
        const url = new URL(right.url);
        for (const [name, value] of Object.entries((query ?? {}) as Record<string, string>))
          url.searchParams.set(name, value);
        const content = right.method === 'POST' ? readBody(body) : null;
        const request = {
          method: right.method,
          url: url.href,
          headers: {
            ...(content === null ? {} : { 'content-type': content.type, 'idempotency-key': callKey(scope, seq) }),
            ...right.headers,
          },
          body: content?.text ?? null,
        };
        const clean = (text: string) => redact(text, right.secrets);
        return fetchWithin(budget, async () => {
          const answer = await fetchPublic(request, right.hosts, http, signal);
          const headers = Object.entries(answer.headers).map(([name, value]) => [name, clean(value)]);
          return {
            ...answer,
            headers: Object.fromEntries(headers) as Record<string, string>,
            body: clean(answer.body),
          };
        });
      },
    ],
  ];
}
