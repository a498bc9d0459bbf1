import type { Tool } from '../session.ts';
import type { ToolAnswer, ToolScope } from '../tool-scope.ts';
import { fetchPublic, type HttpOptions, type PublicAnswer } from './fetch-public.ts';
import { readHeaders } from './read-headers.ts';

type Needs = { scope: ToolScope; http: HttpOptions; pace(): Promise<void> };

/** http.get and http.post, to the hosts each was approved for. */
export function openHttpTool({ scope, http, pace }: Needs): [string, Tool][] {
  const hostsOf = (name: string) => scope.grants.find((grant) => grant.name === name)?.hosts ?? [];
  return [
    [
      'http.get',
      async ({ url, headers }, { signal }) => {
        await pace();
        const wanted = { method: 'GET' as const, url: url as string, headers: readHeaders(headers), body: null };
        return answerOf(await fetchPublic(wanted, hostsOf('http.get'), http, signal));
      },
    ],
    [
      'http.post',
      async ({ url, headers, body }, { signal, seq }) => {
        await pace();
        const content = readBody(body);
        const wanted = {
          method: 'POST' as const,
          url: url as string,
          headers: {
            'content-type': content.type,
            ...readHeaders(headers),
            // A second attempt of the same execution makes the same call with the same key.
            'idempotency-key': `${scope.executionId}-${seq}`,
          },
          body: content.text,
        };
        return answerOf(await fetchPublic(wanted, hostsOf('http.post'), http, signal));
      },
    ],
  ];
}

/** Text goes as it is, everything else as JSON. */
export function readBody(body: unknown): { text: string; type: string } {
  if (typeof body === 'string') return { text: body, type: 'text/plain; charset=utf-8' };
  return { text: body === undefined ? '' : JSON.stringify(body), type: 'application/json' };
}

/** What an agent sees of an answer. */
export function answerOf({ bytes, ...value }: PublicAnswer): ToolAnswer {
  return { value, bytes };
}
