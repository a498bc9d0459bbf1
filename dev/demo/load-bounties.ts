import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient, type Client } from '../../api/client/create-client.ts';
import { demoBounties, type DemoBounty } from './bounties.ts';

const waitMs = 20_000;

/**
 * Posts, funds and fills the demo's bounties through the API, as people would: the checkout is paid at the stand-in and the house
 * agents are submitted. What an earlier start did is left as it is; where one was interrupted it goes on.
 */
export async function loadBounties(apiUrl: string, keys: { poster: string; developer: string }): Promise<number> {
  const poster = createClient({ apiUrl, credential: keys.poster });
  const house = createClient({ apiUrl, credential: keys.developer });
  const { data: present } = await poster.bounties.list({ mine: true, limit: 100 });
  let loaded = 0;
  for (const bounty of demoBounties) {
    const known = present.find(({ title }) => title === bounty.title);
    const code = known?.code ?? (await post(poster, bounty));
    if (known === undefined || known.state === 'draft' || known.state === 'funding') await pay(poster, code);
    if (known !== undefined && known.submissionCount >= bounty.agents.length) continue;
    await submitAgents(house, code, bounty);
    loaded += 1;
  }
  return loaded;
}

async function post(poster: Client, bounty: DemoBounty): Promise<string> {
  const deadline = new Date(Date.now() + bounty.days * 86_400_000).toISOString();
  const { title, brief, rewardMinor, metrics, cases } = bounty;
  const posted = await poster.bounties.post({
    title,
    brief,
    rewardMinor,
    currency: 'USD',
    deadline,
    mode: 'winner',
    metrics,
    cases,
  });
  return posted.code;
}

async function pay(poster: Client, code: string): Promise<void> {
  const { checkoutUrl } = await poster.bounties.fund(code, {});
  const paid = await fetch(checkoutUrl ?? '', {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'paid' }),
    redirect: 'manual',
  });
  if (paid.status >= 400) throw new Error(`The stand-in checkout answered ${paid.status}`);
  for (const until = Date.now() + waitMs; ;) {
    if ((await poster.bounties.show(code)).state === 'open') return;
    if (Date.now() > until)
      throw new Error(`The payment of ${code} did not arrive in ${waitMs / 1000} s. Look into the log of the worker.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function submitAgents(house: Client, code: string, bounty: DemoBounty): Promise<void> {
  const { data: mine } = await house.agents.list({ limit: 100 });
  const { data: entered } = await house.submissions.list(code, { mine: true, limit: 100 });
  for (const { file, name, language } of bounty.agents) {
    const source = readFileSync(join(import.meta.dirname, 'agents', file), 'utf8');
    const known = mine.find((agent) => agent.name === name);
    const agent = known ?? (await house.agents.upload({ name, kind: 'full_code', language, source }));
    if (entered.some(({ agentCode }) => agentCode === agent.code)) continue;
    await house.submissions.submit(code, { versionId: agent.versionId });
  }
}
