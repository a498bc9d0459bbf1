import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { bountyRequest } from '../../api/bounties/market-fixture.ts';
import { findViolations } from '../../api/ledger/find-balances.ts';
import { makeAgent } from '../../api/submissions/entry-fixture.ts';
import { call } from '../support/factories.ts';
import { startWholeQuarry, type WholeQuarry } from '../support/whole-quarry.ts';

// A bounty that is insured from Slack, that nothing passes, and a poster who invites another team; each step stands on those before.

let quarry: WholeQuarry;
let key: string;
let accountId: string;
let invitation: string;
let bounty: { id: string; code: string };

beforeAll(async () => {
  quarry = await startWholeQuarry();
}, 120_000);
afterAll(() => quarry?.close());

const textOf = (message: unknown) => JSON.stringify(message);
const poster = () => quarry.slack.world.users.poster.id;
const type = (text: string) =>
  quarry.slack.command({ userId: poster(), channelId: quarry.slack.world.channels[0]?.id ?? '', text });

/** What the bot tells the poster next, that holds a text. */
const told = (part: string) =>
  quarry.slack.waitFor(() => quarry.slack.ephemerals(poster()).findLast((message) => textOf(message).includes(part)));

async function click(part: string, verb: string): Promise<void> {
  const message = await told(part);
  const ids = [...textOf(message.blocks).matchAll(/"action_id":"([^"]+)"/g)].map((match) => match[1] ?? '');
  const actionId = ids.find((id) => id.startsWith(verb));
  if (actionId === undefined) throw new Error(`No button for ${verb} among ${ids.join(', ')}`);
  await quarry.slack.click({ userId: poster(), messageTs: message.ts, actionId });
}

it('shows the poster a code and a link of their own, and somebody new accepts it in Discord', async () => {
  await type('/bounty invite');
  const shown = textOf(await told('Your invitation code is'));
  invitation = /code is ([2-9A-Z]{8})/.exec(shown)?.[1] ?? '';
  expect(shown).toContain(`/i/${invitation}`);
  const { developer } = quarry.discord.world.users;
  // What the page behind the link says, as it stands there.
  const page = await (await fetch(`${quarry.api.url}/i/${invitation}`)).text();
  const command = /<code>(.+?)<\/code>/.exec(page)?.[1] ?? '';
  const answer = await quarry.discord.command({ userId: developer, text: command });
  expect(textOf(answer)).toContain('The invitation is accepted');
  const again = await quarry.discord.command({ userId: developer, text: command });
  expect(textOf(again)).toContain('The invitation is accepted');
  await type(`/bounty invite ${invitation}`);
  expect(textOf(await told('That is your own code'))).toContain('new to Quarry');
});

it('previews the insurance to the unit, with and without, before the poster pays', async () => {
  const identity = await quarry.t.database('identities').where({ provider: 'slack' }).first('account_id');
  accountId = identity.account_id;
  key = await quarry.t.database.transaction(
    async (trx) => (await createApiKey(trx, { kind: 'secret', name: 'journey', accountId })).text,
  );
  const { body } = await call(quarry.api, 'POST', '/api/bounties', { key, body: bountyRequest() });
  bounty = body;
  await type(`/bounty fund ${bounty.code}`);
  await click(`Fund ${bounty.code}: 575.00 USD in all`, `bounty fund?bounty=${bounty.code}&insure=yes`);
  const preview = textOf(await told('600.00 USD in all'));
  for (const part of [
    'Insurance (5%)',
    '25.00 USD',
    'the insurance pays you 100.00 USD',
    'the premium is not given back',
  ])
    expect(preview).toContain(part);
  await click('600.00 USD in all', 'bounty fund');
  const url = /"url":"([^"]+)"/.exec(textOf(await told('is ready to be paid')))?.[1] ?? '';
  await fetch(url, { method: 'POST', body: new URLSearchParams({ outcome: 'paid' }), redirect: 'manual' });
  const read = async () => (await call(quarry.api, 'GET', `/api/bounties/${bounty.id}`, { key })).body.state;
  await expect.poll(read, { timeout: 15_000 }).toBe('open');
  await type(`/bounty show ${bounty.code}`);
  expect(textOf(await told('500.00 USD held'))).toContain('*Insured*\\nyes');
});

it('pays the poster when nothing passed, beside the refund, whoever claims it or nobody', async () => {
  await type(`/bounty claim ${bounty.code}`);
  await told('is not decided');
  await fail();
  await type(`/bounty cancel ${bounty.code}`);
  const preview = await told(`Cancel ${bounty.code}?`);
  expect(textOf(preview)).toContain('Its insurance pays if somebody was scored and nobody passed');
  await click(`Cancel ${bounty.code}?`, 'bounty cancel');
  await told(`${bounty.code} is cancelled`);
  await type(`/bounty claim ${bounty.code}`);
  // The worker may have been faster: then the claim says that it was paid.
  const claim = await quarry.slack.waitFor(() =>
    quarry.slack.ephemerals(poster()).findLast((message) => /pays 100\.00 USD|was paid on/.test(textOf(message))),
  );
  if (textOf(claim).includes('pays 100.00 USD')) await click('pays 100.00 USD', 'bounty claim');
  await expect
    .poll(
      () => quarry.t.database('payouts').where({ account_id: accountId }).select('purpose', 'amount_minor', 'state'),
      {
        timeout: 10_000,
      },
    )
    .toEqual([{ purpose: 'cover', amount_minor: 10_000n, state: 'waiting' }]);
  await type('/payouts status');
  expect(textOf(await told('Your payouts are not set up yet'))).toContain('100.00 USD');
  const { body } = await call(quarry.api, 'GET', `/api/bounties/${bounty.id}`);
  expect(body).toMatchObject({ state: 'cancelled', refundedMinor: 57_500, insured: true });
});

it('leaves the ledger without contradictions, and made no chat complain', async () => {
  expect(await findViolations(quarry.t.database)).toEqual([]);
  expect(quarry.slack.warnings()).toEqual([]);
  expect(quarry.discord.warnings()).toEqual([]);
});

/** A stranger's agent is scored and does not pass, and the deadline goes by. */
async function fail(): Promise<void> {
  const agent = await makeAgent(quarry.t, 'Agent');
  const verdict = { score: 0.5, passed: false, reasons: [], metrics: [] };
  await quarry.t.database('submissions').insert({
    bounty_id: bounty.id,
    agent_upload_id: agent.agentId,
    agent_version_id: agent.versionIds[0],
    account_id: agent.owner.id,
    state: 'scored',
    score: 0.5,
    passed: false,
    verdict: JSON.stringify(verdict),
    scored_at: new Date(),
  });
  const past = quarry.t.database.raw(`clock_timestamp() - interval '1 hour'`);
  await quarry.t.database('bounties').where({ id: bounty.id }).update({ state: 'reviewing', deadline: past });
}
