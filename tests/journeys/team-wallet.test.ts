import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { bountyRequest } from '../../api/bounties/market-fixture.ts';
import { findViolations } from '../../api/ledger/find-balances.ts';
import { call } from '../support/factories.ts';
import { startWholeQuarry, type WholeQuarry } from '../support/whole-quarry.ts';

// A team fills its wallet from Slack, says who may spend what, and a second person agrees to a funding; each step stands on those before.

let quarry: WholeQuarry;
let bounty: { id: string; code: string };

beforeAll(async () => {
  quarry = await startWholeQuarry();
}, 120_000);
afterAll(() => quarry?.close());

const textOf = (message: unknown) => JSON.stringify(message);
const people = () => quarry.slack.world.users;
const channel = () => quarry.slack.world.channels[0]?.id ?? '';
const type = (userId: string, text: string) => quarry.slack.command({ userId, channelId: channel(), text });
const visit = (url: string, answers: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(answers), redirect: 'manual' });
const linkIn = (message: unknown) => /"url":"([^"]+)"/.exec(textOf(message))?.[1] ?? '';

/** What the bot tells one person next, that holds a text. */
const told = (userId: string, part: string) =>
  quarry.slack.waitFor(() => quarry.slack.ephemerals(userId).findLast((message) => textOf(message).includes(part)));
const inChannel = (part: string) =>
  quarry.slack.waitFor(() => quarry.slack.messages(channel()).findLast((message) => textOf(message).includes(part)));

async function click(userId: string, message: { ts: string; blocks?: unknown }, verb: string): Promise<void> {
  const ids = [...textOf(message.blocks).matchAll(/"action_id":"([^"]+)"/g)].map((match) => match[1] ?? '');
  const actionId = ids.find((id) => id.startsWith(verb));
  if (actionId === undefined) throw new Error(`No button for ${verb} among ${ids.join(', ')}`);
  await quarry.slack.click({ userId, messageTs: message.ts, actionId });
}

async function fillIn(userId: string, values: Record<string, string>): Promise<void> {
  const form = await quarry.slack.waitFor(() => quarry.slack.views(userId)[0]);
  await quarry.slack.submitView({ userId, viewId: form.id, values });
}

it('is filled on a page, after the exact figures', async () => {
  const { admin } = people();
  await type(admin.id, '/bounty-setup wallet');
  const empty = await told(admin.id, 'The wallet of');
  expect(textOf(empty)).toContain('Empty');
  await click(admin.id, empty, 'bounty-setup wallet?do=add');
  await fillIn(admin.id, { amount: '1,000.00 USD' });
  const preview = await told(admin.id, 'Add 1,000.00 USD to the wallet');
  expect(textOf(preview)).toContain('In the wallet after');
  await click(admin.id, preview, 'bounty-setup wallet');
  const ready = await told(admin.id, 'can be paid in');
  await visit(linkIn(ready), { outcome: 'paid' });
  const balance = async () => (await quarry.t.database('top_ups').where({ state: 'paid' })).length;
  await expect.poll(balance, { timeout: 15_000 }).toBe(1);
  await type(admin.id, '/bounty-setup wallet');
  await told(admin.id, '1,000.00 USD');
});

it('keeps a card that nobody here ever sees', async () => {
  const { admin } = people();
  await type(admin.id, '/bounty-setup wallet card');
  await visit(linkIn(await told(admin.id, 'Keep a card for the team')), { outcome: 'saved', card: '9995' });
  const cards = () => quarry.t.database('wallets').whereNotNull('payment_method_id').pluck('card_last4');
  await expect.poll(cards, { timeout: 15_000 }).toEqual(['9995']);
});

it('lets a poster spend nothing before there is a limit, and says whom to ask', async () => {
  const { poster } = people();
  await type(poster.id, '/bounty-setup wallet');
  await told(poster.id, 'The wallet of');
  const identity = await quarry.t.database('identities').whereLike('external_id', `%:${poster.id}`).first('account_id');
  const key = await quarry.t.database.transaction(
    async (trx) => (await createApiKey(trx, { kind: 'secret', name: 'journey', accountId: identity.account_id })).text,
  );
  const { body } = await call(quarry.api, 'POST', '/api/bounties', { key, body: bountyRequest() });
  bounty = body;
  await type(poster.id, `/bounty fund ${bounty.code} wallet`);
  expect(textOf(await told(poster.id, 'That is over your limit'))).toContain('Ask an owner or admin');
  await type(poster.id, '/bounty-setup limits');
  expect(textOf(await told(poster.id, 'You may not do that'))).toContain('Only owners and admins');
});

it('tells a declined card clearly, and offers the page', async () => {
  const { admin } = people();
  await type(admin.id, `/bounty fund ${bounty.code} card`);
  await click(admin.id, await told(admin.id, 'visa ending 9995 is charged now'), 'bounty fund');
  const declined = await told(admin.id, 'The card was declined');
  expect(textOf(declined)).toContain('it has not enough money');
  expect(textOf(declined)).toContain('Pay on the checkout page');
});

it('has limits and approvers that are set after a preview', async () => {
  const { admin, poster } = people();
  await type(admin.id, `/bounty-setup limits <@${poster.id}|x> 600 USD`);
  const preview = await told(admin.id, 'From now on');
  expect(textOf(preview)).toContain('None of their own');
  await click(admin.id, preview, 'bounty-setup limits');
  expect(textOf(await told(admin.id, 'is set'))).toContain('600.00 USD');
  await type(admin.id, '/bounty-setup limits @nobody 5 USD');
  await told(admin.id, 'Nobody in');
  await type(admin.id, '/bounty-setup approvers above:"100 USD"');
  await click(admin.id, await told(admin.id, 'A second person must agree?'), 'bounty-setup approvers');
  expect(textOf(await told(admin.id, 'The rule is set'))).toContain('Above 100.00 USD');
});

it('asks in the channel for a second person; a stranger to it cannot agree, and the buttons stay', async () => {
  const { poster, developer } = people();
  await type(poster.id, `/bounty fund ${bounty.code} wallet`);
  const preview = await told(poster.id, 'A second person must agree first');
  for (const figure of ['500.00 USD', '75.00 USD', '575.00 USD', '1,000.00 USD', '425.00 USD'])
    expect(textOf(preview)).toContain(figure);
  await click(poster.id, preview, `bounty fund?bounty=${bounty.code}&source=wallet`);
  const asked = await inChannel(`${bounty.code} waits for approval: 575.00 USD from the wallet`);
  await click(developer.id, asked, 'bounty-setup approve');
  expect(textOf(await told(developer.id, `Approve 575.00 USD for ${bounty.code}?`))).toContain('Only an approver');
  await inChannel(`${bounty.code} waits for approval`);
});

it('is paid once an approver agrees, and the history says who moved what', async () => {
  const { admin } = people();
  await click(admin.id, await inChannel(`${bounty.code} waits for approval`), 'bounty-setup approve');
  await click(admin.id, await told(admin.id, `Approve 575.00 USD for ${bounty.code}?`), 'bounty-setup approve');
  await inChannel('575.00 USD approved by');
  const { body } = await call(quarry.api, 'GET', `/api/bounties/${bounty.id}`);
  expect(body).toMatchObject({ state: 'open', heldMinor: 50_000 });
  await type(admin.id, '/bounty-setup wallet history');
  expect(textOf(await told(admin.id, 'What moved in the wallet'))).toContain('-575.00 USD');
});

it('speaks the same in Discord: who asked cannot agree, and a button of the approver pays', async () => {
  const { developer: owner, secondDeveloper: member } = quarry.discord.world.users;
  const say = async (userId: string, text: string) => {
    const answer = await quarry.discord.command({ userId, text });
    if (answer.kind !== 'message') throw new Error(`${text} was answered with ${textOf(answer)}`);
    return answer.message;
  };
  const press = async (userId: string, messageId: string, label: string) => {
    const answer = await quarry.discord.click({ userId, messageId, label });
    if (answer.kind !== 'message' && answer.kind !== 'update')
      throw new Error(`${label} was answered with ${textOf(answer)}`);
    return answer.message;
  };
  expect(textOf(await say(owner, '/bounty-setup wallet'))).toContain('The wallet of');
  await say(member, '/bounty list');
  const { body: draft } = await fillAndPost(owner, member);
  const limit = await say(owner, '/bounty-setup limits who:poster amount:600 USD');
  expect(textOf(await press(owner, limit.id, 'Set 600.00 USD a month'))).toContain('The limit of Every poster is set');
  const rule = await say(owner, '/bounty-setup approvers above:100 USD');
  await press(owner, rule.id, 'Ask above 100.00 USD');
  const preview = await say(member, `/bounty fund bounty:${draft.code} source:wallet`);
  expect(textOf(preview)).toContain('A second person must agree first');
  await press(member, preview.id, 'Ask for approval of 575.00 USD');
  const waiting = (part: string) =>
    quarry.discord.waitFor(
      () =>
        quarry.discord.messages(quarry.discord.world.channelId).findLast((message) => textOf(message).includes(part)),
      10_000,
    );
  const asked = await waiting(`${draft.code} waits for approval`);
  expect(textOf(await press(member, asked.id, 'Approve 575.00 USD'))).toContain('Only an approver');
  const agreed = await press(owner, asked.id, 'Approve 575.00 USD');
  await press(owner, agreed.id, 'Approve 575.00 USD');
  await waiting('575.00 USD approved by');
  expect((await call(quarry.api, 'GET', `/api/bounties/${draft.id}`)).body).toMatchObject({ state: 'open' });
});

/** The owner's guild has money, and a member who may post has a draft in it. */
async function fillAndPost(owner: string, member: string) {
  const { database } = quarry.t;
  const accountOf = async (id: string): Promise<string> =>
    (await database('identities').where({ provider: 'discord', external_id: id }).first('account_id')).account_id;
  const [ownerId, memberId] = [await accountOf(owner), await accountOf(member)];
  const { slug, id } = await database('members as m')
    .join('workspaces as w', 'w.id', 'm.workspace_id')
    .where({ 'm.account_id': ownerId, 'm.role': 'owner' })
    .first('w.slug', 'w.id');
  await database('members').where({ workspace_id: id, account_id: memberId }).update({ role: 'poster' });
  const keyOf = (accountId: string) =>
    database.transaction(async (trx) => (await createApiKey(trx, { kind: 'secret', name: 'journey', accountId })).text);
  const paid = { amountMinor: 60_000, currency: 'USD' };
  const topUp = await call(quarry.api, 'POST', `/api/wallets/${slug}/top-ups`, {
    key: await keyOf(ownerId),
    body: paid,
  });
  await visit(topUp.body.checkoutUrl, { outcome: 'paid' });
  const arrived = () => database('top_ups').where({ workspace_id: id, state: 'paid' }).pluck('id');
  await expect.poll(arrived, { timeout: 15_000 }).toHaveLength(1);
  const body = bountyRequest({ workspace: slug });
  return call(quarry.api, 'POST', '/api/bounties', { key: await keyOf(memberId), body });
}

it('leaves the ledger without contradictions, and made no chat complain', async () => {
  expect(await findViolations(quarry.t.database)).toEqual([]);
  expect(quarry.slack.warnings()).toEqual([]);
  expect(quarry.discord.warnings()).toEqual([]);
});
