import { toolLimits } from '../limits.ts';
import type { Pace } from '../pace.ts';
import type { RunBudget, Tool } from '../session.ts';
import { callKey, type ToolAnswer, type ToolScope } from '../tool-scope.ts';
import { fetchPublic, type HttpOptions, type PublicAnswer } from './fetch-public.ts';
import { readHeaders } from './read-headers.ts';

type Needs = { scope: ToolScope; http: HttpOptions; pace: Pace };

/** http.get and http.post, to the hosts each was approved for. */
export function openHttpTool({ scope, http, pace }: Needs): [string, Tool][] {
  const hostsOf = (name: string) => scope.grants.find((grant) => grant.name === name)?.hosts ?? [];
  return [
    [
      'http.get',
      async ({ url, headers }, { budget, signal, ours }) => {
        await pace(ours);
        const wanted = { method: 'GET' as const, url: url as string, headers: readHeaders(headers), body: null };
        return fetchWithin(budget, () => fetchPublic(wanted, hostsOf('http.get'), http, signal));
      },
    ],
    [
      'http.post',
      async ({ url, headers, body }, { budget, signal, seq, ours }) => {
        await pace(ours);
        const content = readBody(body);
        const wanted = {
          method: 'POST' as const,
          url: url as string,
          headers: {
            'content-type': content.type,
            ...readHeaders(headers),
            'idempotency-key': callKey(scope, seq),
          },
          body: content.text,
        };
        return fetchWithin(budget, () => fetchPublic(wanted, hostsOf('http.post'), http, signal));
      },
    ],
  ];
}

/** Text goes as it is, everything else as JSON. */
export function readBody(body: unknown): { text: string; type: string } {
  if (typeof body === 'string') return { text: body, type: 'text/plain; charset=utf-8' };
  return { text: body === undefined ? '' : JSON.stringify(body), type: 'application/json' };
}

/** Fetches as much as the run may still fetch; what an agent sees of the answer. */
export async function fetchWithin(budget: RunBudget, fetch: () => Promise<PublicAnswer>): Promise<ToolAnswer> {
  const most = { most: toolLimits.bodyBytesMax, isStrict: false };
  const { bytes, ...value } = await budget.bytes.spend(most, fetch, (answer) => answer.bytes);
  return { value, bytes };
}
