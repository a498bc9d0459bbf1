import { fetchPublic, type HttpOptions } from './http/fetch-public.ts';
import { answerOf, readBody } from './http/http-tool.ts';
import { redact } from './redact.ts';
import type { Tool } from './session.ts';
import type { Connectors, ToolScope } from './tool-scope.ts';

type Needs = {
  scope: ToolScope;
  http: HttpOptions;
  connectors: Connectors;
  pace(): Promise<void>;
};

/** connector.call: the credential is added here, and taken out of whatever comes back. */
export function openConnectorTool({ scope, http, connectors, pace }: Needs): [string, Tool][] {
  return [
    [
      'connector.call',
      async ({ connector, operation, query, body }, { seq, signal }) => {
        await pace();
        const right = await connectors.redeem(scope, {
          connector: connector as string,
          operation: operation as string,
        });
        const url = new URL(right.url);
        for (const [name, value] of Object.entries((query ?? {}) as Record<string, string>))
          url.searchParams.set(name, value);
        const content = right.method === 'POST' ? readBody(body) : null;
        const answer = await fetchPublic(
          {
            method: right.method,
            url: url.href,
            headers: {
              ...(content === null
                ? {}
                : { 'content-type': content.type, 'idempotency-key': `${scope.executionId}-${seq}` }),
              ...right.headers,
            },
            body: content?.text ?? null,
          },
          right.hosts,
          http,
          signal,
        );
        const clean = (text: string) => redact(text, right.secrets);
        const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, clean(value)]));
        return answerOf({ ...answer, headers, body: clean(answer.body) });
      },
    ],
  ];
}
