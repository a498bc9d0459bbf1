import type { Client } from '../../api/client/create-client.ts';
import { shorten } from '../views/say.ts';
import type { BotSession } from './bot-session.ts';
import type { Caller, Option } from './command.ts';

/** Codes that fit what is typed so far, with their titles; at most 25. */
export async function suggest(
  session: BotSession,
  caller: Caller,
  kind: NonNullable<Option['suggest']>,
  typed: string,
  bounty: string | null,
): Promise<{ label: string; value: string }[]> {
  const api = await session.actFor(caller);
  const found =
    kind === 'bounties'
      ? [
          ...(await api.bounties.list({ limit: 25 })).data,
          ...(await api.bounties.list({ mine: true, limit: 10 })).data,
        ].map(({ code, title }) => ({ code, title }))
      : bounty !== null && kind !== 'my_agents'
        ? (await submissionsOf(api, kind, bounty)).map(({ agentCode, agent }) => ({ code: agentCode, title: agent }))
        : (await api.agents.list({ limit: 25 })).data.map(({ code, name }) => ({ code, title: name }));
  const wanted = typed.trim().toLowerCase();
  const unique = new Map(found.map((one) => [one.code, one]));
  return [...unique.values()]
    .filter(({ code, title }) => `${code} ${title}`.toLowerCase().includes(wanted))
    .slice(0, 25)
    .map(({ code, title }) => ({ label: shorten(`${code} · ${title}`, 100), value: code }));
}

/** Those on the board, or all that the caller may see: rejected ones are on no board. */
async function submissionsOf(
  api: Client,
  kind: NonNullable<Option['suggest']>,
  bounty: string,
): Promise<{ agentCode: string; agent: string }[]> {
  return kind === 'entered_agents'
    ? (await api.bounties.board(bounty)).data
    : (await api.submissions.list(bounty, { limit: 100 })).data;
}
