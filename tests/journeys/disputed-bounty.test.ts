import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { bountyRequest } from '../../api/bounties/market-fixture.ts';
import { findViolations } from '../../api/ledger/find-balances.ts';
import { makeAgent } from '../../api/submissions/entry-fixture.ts';
import { call, makeAccount } from '../support/factories.ts';
import { startWholeQuarry, type WholeQuarry } from '../support/whole-quarry.ts';

// A poster in Slack rejects what passed, its author in Discord disputes that, and an admin decides; each step stands on those before.

// The bots look for what they are to tell every 15 seconds.
const noticeMs = 25_000;

let quarry: WholeQuarry;
let bounty: { id: string; code: string };
let agent: string;
let key: string;

beforeAll(async () => {
  quarry = await startWholeQuarry();
}, 120_000);
afterAll(() => quarry?.close());

const textOf = (message: unknown) => JSON.stringify(message).replaceAll('\\u200b', '').replaceAll('\u200b', '');
const poster = () => quarry.slack.world.users.poster.id;
const author = () => quarry.discord.world.users.developer;
const channel = () => quarry.slack.world.channels[0]?.id ?? '';
const type = (text: string) => quarry.slack.command({ userId: poster(), channelId: channel(), text });

/** What the bot tells the poster next in Slack, that holds a text. */
const told = (part: string) =>
  quarry.slack.waitFor(() => quarry.slack.ephemerals(poster()).findLast((message) => textOf(message).includes(part)));

const buttonOf = (message: { blocks?: unknown }, verb: string) => {
  const ids = [...textOf(message.blocks).matchAll(/"action_id":"([^"]+)"/g)].map((match) => match[1] ?? '');
  const found = ids.find((id) => id.startsWith(verb));
  if (found === undefined) throw new Error(`No button for ${verb} among ${ids.join(', ')}`);
  return found;
};

async function fillIn(values: Record<string, string>) {
  const form = await quarry.slack.waitFor(() => quarry.slack.views(poster())[0]);
  return quarry.slack.submitView({ userId: poster(), viewId: form.id, values });
}

/** What the author is answered in Discord. */
async function say(text: string) {
  const answer = await quarry.discord.command({ userId: author(), text });
  if (answer.kind !== 'message') throw new Error(`${text} was answered with ${textOf(answer)}`);
  return answer.message;
}

/** Opens a form in Discord by a button and sends it. */
async function fillInDiscord(messageId: string, label: string, values: Record<string, string>): Promise<string> {
  const opened = await quarry.discord.click({ userId: author(), messageId, label });
  if (opened.kind !== 'modal') throw new Error(`${label} was answered with ${textOf(opened)}`);
  const answer = await quarry.discord.submitModal({ userId: author(), modalId: opened.modal.modalId, values });
  return textOf(answer);
}

it('has a submission that passed, and that its poster rejects in Slack', async () => {
  await type('/bounty list');
  await say('/agent list');
  // Slack has its answer before the account is made.
  const accountOf = (provider: string) =>
    vi.waitFor(
      async () => (await quarry.t.database('identities').where({ provider }).first('account_id')).account_id as string,
      { timeout: 10_000 },
    );
  const accountId = await accountOf('slack');
  key = await quarry.t.database.transaction(
    async (trx) => (await createApiKey(trx, { kind: 'secret', name: 'journey', accountId })).text,
  );
  bounty = (await call(quarry.api, 'POST', '/api/bounties', { key, body: bountyRequest() })).body;
  const { body } = await call(quarry.api, 'POST', `/api/bounties/${bounty.id}/fund`, { key, body: {} });
  await fetch(body.checkoutUrl, { method: 'POST', body: new URLSearchParams({ outcome: 'paid' }), redirect: 'manual' });
  const read = async () => (await call(quarry.api, 'GET', `/api/bounties/${bounty.id}`, { key })).body.state;
  await expect.poll(read, { timeout: 15_000 }).toBe('open');
  agent = await enter(await accountOf('discord'));
  await type(`/bounty reject ${bounty.code} ${agent}`);
  expect(await fillIn({ reason: 'It returns the samples.' })).toMatchObject({ isOpen: false });
  await told('may dispute it if the submission passed');
});

it('is disputed by its author in Discord, who sees why and says why not', async () => {
  const why = await say(`/bounty why bounty:${bounty.code} agent:${agent}`);
  expect(textOf(why)).toContain('Rejected: It returns the samples.');
  const wrong = await fillInDiscord(why.id, 'Dispute it', { reason: 'It does not.', link: 'my log' });
  expect(wrong).toContain('That is not a link');
  const opened = await fillInDiscord(why.id, 'Dispute it', {
    reason: 'It does not: <@1> see @everyone.',
    link: 'https://example.com/log',
  });
  for (const part of [`${agent} for ${bounty.code} is disputed`, 'the answer of the other side', 'example.com/log'])
    expect(opened).toContain(part);
  expect(opened).toContain('no money of');
  const again = await say(`/bounty dispute bounty:${bounty.code} agent:${agent}`);
  expect(textOf(again)).toContain('Withdraw it');
  const listed = await quarry.discord.autocomplete({
    userId: author(),
    text: `/bounty dispute bounty:${bounty.code} agent:`,
    focused: 'agent',
  });
  expect(listed.map(({ value }) => value)).toEqual([agent]);
});

it('is told to the poster in private, who answers in a form, and meanwhile moves no money', async () => {
  const notice = await quarry.slack.waitFor(
    () => quarry.slack.messages(poster()).find((message) => textOf(message).includes('is disputed')),
    noticeMs,
  );
  expect(textOf(notice)).toContain('must not stay rejected');
  await quarry.slack.click({
    userId: poster(),
    messageTs: notice.ts,
    actionId: buttonOf(notice, `bounty dispute?bounty=${bounty.code}&agent=${agent}&act=answer`),
  });
  await fillIn({ reason: 'It knows all of them by heart.' });
  const answered = () => quarry.t.database('disputes').where({ bounty_id: bounty.id }).first();
  await expect.poll(async () => (await answered()).state).toBe('answered');
  await type(`/bounty dispute ${bounty.code} ${agent}`);
  const shown = textOf(await told('The poster’s side answers: It knows all of them by heart.'));
  expect(shown).toContain(
    'Its author says: It does not: &lt;@1&gt; see @everyone.'.replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
  );
  expect(shown).toContain('the decision of an admin of Quarry');
  await type(`/bounty cancel ${bounty.code}`);
  expect(textOf(await told('That cannot be done now'))).toContain(`no money of ${bounty.code} moves`);
});

it('is decided by an admin: both hear why, and the author may be paid', async () => {
  const admin = await makeAccount(quarry.t, 'Root', { isPlatformAdmin: true });
  const { id } = await quarry.t.database('disputes').where({ bounty_id: bounty.id }).first('id');
  const decided = await call(quarry.api, 'POST', `/api/admin/disputes/${id}/decide`, {
    key: admin.key,
    body: { outcome: 'stands', reason: 'It is right on cases that nobody saw.' },
  });
  expect(decided.status).toBe(200);
  const inDiscord = await quarry.discord.waitFor(
    () => quarry.discord.directMessages(author()).find((message) => textOf(message).includes('stands: it may win')),
    noticeMs,
  );
  expect(textOf(inDiscord)).toContain('It is right on cases that nobody saw.');
  await quarry.slack.waitFor(
    () => quarry.slack.messages(poster()).find((message) => textOf(message).includes('stands: it may win')),
    noticeMs,
  );
  const seen = await quarry.discord.click({ userId: author(), messageId: inDiscord.id, label: 'See the dispute' });
  expect(textOf(seen)).toContain('An admin of Quarry decided');
  await type(`/bounty dispute ${bounty.code}`);
  await told(`Disputes of ${bounty.code}`);
  await type(`/bounty award ${bounty.code} ${agent}`);
  const preview = await told(`Award ${bounty.code}`);
  await quarry.slack.click({ userId: poster(), messageTs: preview.ts, actionId: buttonOf(preview, 'bounty award') });
  const state = async () => (await call(quarry.api, 'GET', `/api/bounties/${bounty.id}`, { key })).body.state;
  await expect.poll(state, { timeout: 10_000 }).toBe('awarded');
});

it('leaves the ledger without contradictions, and made no chat complain', async () => {
  expect(await findViolations(quarry.t.database)).toEqual([]);
  expect(quarry.slack.warnings()).toEqual([]);
  expect(quarry.discord.warnings()).toEqual([]);
});

/** The author's agent is entered and passes. Answers its code. */
async function enter(accountId: string): Promise<string> {
  const made = await makeAgent(quarry.t, 'Agent', { owner: { id: accountId, key: '' } });
  await quarry.t.database('submissions').insert({
    bounty_id: bounty.id,
    agent_upload_id: made.agentId,
    agent_version_id: made.versionIds[0],
    account_id: accountId,
    state: 'scored',
    score: 1,
    passed: true,
    verdict: JSON.stringify({ score: 1, passed: true, reasons: [], metrics: [] }),
    scored_at: new Date(),
  });
  return made.code;
}
