import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findViolations, trialBalance } from '../../api/ledger/find-balances.ts';
import { buildWidget } from '../../dev/local/build-widget.ts';
import type { Message as SlackMessage } from '../../dev/stand-ins/slack/world.ts';
import { openBrowser, type TestBrowser } from '../support/browser.ts';
import { call } from '../support/factories.ts';
import { serveHostPage } from '../support/host-page.ts';
import { startWholeQuarry, type WholeQuarry } from '../support/whole-quarry.ts';

// One bounty's whole life, through the surfaces people use; each step stands on the ones before.

let quarry: WholeQuarry;
let browser: TestBrowser;
let host: Awaited<ReturnType<typeof serveHostPage>>;
let page: Page;
let code: string;
let checkoutUrl: string;
let good: string;
let poor: string;

const secretAnswer = 'TOP-SECRET-SPAM';

beforeAll(async () => {
  await buildWidget();
  quarry = await startWholeQuarry();
  host = await serveHostPage(quarry.api.url);
  browser = await openBrowser();
  page = await browser.newPage();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await host?.close();
  await quarry?.close();
});

const textOf = (message: unknown) => JSON.stringify(message);
const poster = () => quarry.slack.world.users.poster.id;
const channel = () => quarry.slack.world.channels[0]?.id ?? '';

/** What the bot tells one person in Slack next, that holds a text. */
const told = (userId: string, part: string) =>
  quarry.slack.waitFor(() => quarry.slack.ephemerals(userId).findLast((message) => textOf(message).includes(part)));

/** The id of a message's button whose id begins with a verb. */
function buttonOf(message: SlackMessage, verb: string): string {
  const ids = [...textOf(message.blocks).matchAll(/"action_id":"([^"]+)"/g)].map((match) => match[1] ?? '');
  const found = ids.find((id) => id.startsWith(verb));
  if (found === undefined) throw new Error(`No button for ${verb} among ${ids.join(', ')}`);
  return found;
}

/** A command of a Discord user, with the message it is answered with. */
async function say(userId: string, text: string, file?: { filename: string; content: string }): Promise<string> {
  const answer = await quarry.discord.command({ userId, text, ...(file ? { attachments: { file } } : {}) });
  if (answer.kind !== 'message') throw new Error(`${text} was answered with ${textOf(answer)}`);
  return textOf(answer.message).replaceAll('\\u200b', '').replaceAll('\u200b', '');
}

it('is posted in Slack through a form, with public and private cases', async () => {
  const { answer } = await quarry.slack.command({ userId: poster(), channelId: channel(), text: '/bounty post' });
  expect(answer).toMatchObject({ status: 200 });
  const form = await quarry.slack.waitFor(() => quarry.slack.views(poster())[0]);
  const values = {
    title: 'Tell spam from ham',
    brief: 'The input is {"text": "…"}. Return "spam" or "ham".',
    reward: '500 USD',
    deadline: 'in 7 days',
    cases: [
      'public {"text":"win cash now"} => "spam"',
      'public {"text":"lunch?"} => "ham"',
      `private {"text":"${secretAnswer} win"} => "spam"`,
      'private {"text":"see you at noon"} => "ham"',
      'private {"text":"free cash"} => "spam"',
      'private {"text":"win a prize"} => "spam"',
    ].join('\n'),
  };
  const wrong = await quarry.slack.submitView({
    userId: poster(),
    viewId: form.id,
    values: { ...values, reward: '1,00,0' },
  });
  expect(wrong).toMatchObject({ isOpen: true, errors: { reward: expect.stringContaining('500 USD') } });
  const right = await quarry.slack.submitView({ userId: poster(), viewId: form.id, values });
  expect(right).toMatchObject({ isOpen: false, errors: {} });
  const draft = await told(poster(), 'is saved as a draft');
  code = /B-[2-9A-Z]{3,}/.exec(textOf(draft))?.[0] ?? '';
  expect(textOf(draft)).toContain('2 public, 4 private');
  expect(quarry.slack.messages(channel())).toEqual([]);
});

it('shows exact figures before anything is charged, then the way to pay', async () => {
  await quarry.slack.click({
    userId: poster(),
    messageTs: (await told(poster(), 'is saved as a draft')).ts,
    actionId: buttonOf(await told(poster(), 'is saved as a draft'), 'bounty fund'),
  });
  const preview = await told(poster(), '575.00 USD in all');
  for (const figure of ['500.00 USD', '75.00 USD', '575.00 USD']) expect(textOf(preview)).toContain(figure);
  await quarry.slack.click({ userId: poster(), messageTs: preview.ts, actionId: buttonOf(preview, 'bounty fund') });
  const ready = await told(poster(), 'is ready to be paid');
  checkoutUrl = /"url":"([^"]+)"/.exec(textOf(ready))?.[1] ?? '';
});

it('opens when the checkout is paid: the cards in Slack and Discord say so', async () => {
  const paid = await fetch(checkoutUrl, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'paid' }),
    redirect: 'manual',
  });
  expect(paid.status).toBeLessThan(400);
  const card = await quarry.slack.waitFor(() =>
    quarry.slack.messages(channel()).find((message) => textOf(message).includes(code)),
  );
  expect(textOf(card)).toContain('*State*\\nopen');
  expect(textOf(card)).toContain('500.00 USD held');
  const post = await quarry.discord.waitFor(
    () => quarry.discord.threads(quarry.discord.world.forumId).find(({ name }) => name?.includes(code)),
    10_000,
  );
  expect(post.applied_tags).toEqual([quarry.discord.world.forumTags['open']]);
});

it('is competed for from Discord, with a JavaScript and a TypeScript file', async () => {
  const { developer, secondDeveloper } = quarry.discord.world.users;
  expect(await say(developer, `/bounty enter bounty:${code}`)).toContain(`You compete for ${code}`);
  const js = 'export default (input) => (input.text.includes("cash") ? "spam" : "ham");';
  const ts =
    'type Mail = { text: string };\nexport default async function run(input: Mail): Promise<string> {\n  return /cash|win/.test(input.text) ? "spam" : "ham";\n}';
  const first = await say(developer, '/agent upload name:"Cash spotter"', { filename: 'cash.js', content: js });
  const second = await say(secondDeveloper, '/agent upload', { filename: 'better.ts', content: ts });
  poor = /A-[2-9A-Z]{3,}/.exec(first)?.[0] ?? '';
  good = /A-[2-9A-Z]{3,}/.exec(second)?.[0] ?? '';
  expect(first).toContain('version 1 is uploaded');
  expect(second).toContain('TypeScript');
  expect(await say(developer, `/bounty test bounty:${code} agent:${poor}`)).toContain(
    '2 of 2 public cases as expected',
  );
});

it('shows a changing ranking in the widget without a reload', async () => {
  const { developer, secondDeveloper } = quarry.discord.world.users;
  await page.goto(host.url(`<bounty-leaderboard api="${quarry.api.url}" bounty="${code}"></bounty-leaderboard>`));
  await page.getByTestId('leaderboard-empty').waitFor();
  await page.evaluate(() => document.body.setAttribute('data-loaded', 'once'));
  expect(await say(developer, `/bounty submit bounty:${code} agent:${poor}`)).toContain('is submitted');
  const rows = page.getByTestId('leaderboard-row');
  await rows.filter({ hasText: poor }).waitFor();
  expect(await say(secondDeveloper, `/bounty submit bounty:${code} agent:${good}`)).toContain('is submitted');
  await rows.filter({ hasText: good }).waitFor();
  expect(await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset['agent']))).toEqual([
    good,
    poor,
  ]);
  expect(await page.locator('body').getAttribute('data-loaded')).toBe('once');
  const { rows: runs } = await quarry.t.database.raw(
    `select count(*) as n, count(distinct (submission_id, case_id)) as once from agent_executions where state = 'succeeded' and submission_id is not null`,
  );
  expect(runs[0]).toEqual({ n: 12n, once: 12n });
});

it("tells a loser which metric failed, without a private case's text", async () => {
  const why = await say(quarry.discord.world.users.developer, `/bounty why bounty:${code} agent:${poor}`);
  expect(why).toContain('exact');
  expect(why).toContain('2 of 4 private cases');
  expect(why).not.toContain(secretAnswer);
  expect(why).not.toContain('see you at noon');
});

it('is awarded from Slack after a preview with exact figures', async () => {
  await quarry.slack.command({ userId: poster(), channelId: channel(), text: `/bounty award ${code} ${good}` });
  const preview = await told(poster(), `Award ${code} to ${good}?`);
  expect(textOf(preview)).toContain('500.00 USD');
  await quarry.slack.click({ userId: poster(), messageTs: preview.ts, actionId: buttonOf(preview, 'bounty award') });
  await quarry.slack.waitFor(() =>
    quarry.slack.messages(channel()).find((message) => textOf(message).includes(`${code} is awarded to`)),
  );
  const card = await quarry.slack.waitFor(() =>
    quarry.slack.messages(channel()).find((message) => textOf(message).includes('*State*\\nawarded')),
  );
  expect(textOf(card)).toContain('500.00 USD paid');
});

it('pays the winner as soon as they can be paid', async () => {
  const { secondDeveloper } = quarry.discord.world.users;
  const setup = await say(secondDeveloper, '/payouts setup country:DE');
  const url = /"url":"([^"]+)"/.exec(setup)?.[1] ?? '';
  await fetch(url, { method: 'POST', body: new URLSearchParams({ outcome: 'complete' }), redirect: 'manual' });
  await expect
    .poll(
      () =>
        quarry.t
          .database('payouts')
          .first('state')
          .then((payout) => payout?.state),
      { timeout: 15_000 },
    )
    .toBe('sent');
  const transfers = quarry.stripe.control.objects()['transfers'] as { amount: number; currency: string }[];
  expect(transfers.map(({ amount, currency }) => [amount, currency])).toEqual([[50_000, 'usd']]);
  expect(await say(secondDeveloper, '/payouts status')).toContain('sent');
});

it('leaves the ledger balanced to zero', async () => {
  const rows = await trialBalance(quarry.t.database);
  expect(rows.reduce((sum, { totalMinor }) => sum + totalMinor, 0n)).toBe(0n);
  expect(await findViolations(quarry.t.database)).toEqual([]);
  const { body } = await call(quarry.api, 'GET', `/api/bounties/${code}`);
  expect(body).toMatchObject({
    state: 'awarded',
    heldMinor: 0,
    releasedMinor: 50_000,
    feeMinor: 7_500,
    refundedMinor: 0,
  });
});

it('has a receipt that names the winner and checks against the published keys', async () => {
  expect(await say(quarry.discord.world.users.developer, `/bounty receipt bounty:${code}`)).toContain(good);
  const { body } = await call(quarry.api, 'GET', `/api/bounties/${code}/receipt`);
  const { body: jwks } = await call(quarry.api, 'GET', '/.well-known/jwks.json');
  const { payload } = await compactVerify(body.jws, createLocalJWKSet(jwks as JSONWebKeySet));
  const signed = JSON.parse(new TextDecoder().decode(payload));
  expect(signed).toMatchObject({ bounty: { code }, awards: [{ agentCode: good, amountMinor: 50_000 }] });
  expect(textOf(signed)).not.toContain(secretAnswer);
});

it('made no chat complain', () => {
  expect(quarry.slack.warnings()).toEqual([]);
  expect(quarry.discord.warnings()).toEqual([]);
});
