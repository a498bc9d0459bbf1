import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiKey } from '../../api/accounts/create-api-key.ts';
import { openPlans, type Plans } from '../../api/plans/plans-fixture.ts';
import { renderMessage as renderForDiscord } from '../discord/render-message.ts';
import { renderMessage as renderForSlack } from '../slack/render-message.ts';
import type { MessageView } from '../views/view.ts';
import { openBotSession, type BotSession } from './bot-session.ts';
import { runCommand } from './run-command.ts';

let p: Plans;
let session: BotSession;
beforeAll(async () => {
  p = await openPlans();
  const { text } = await p.t.database.transaction((trx) =>
    createApiKey(trx, { kind: 'service', name: 'bot', surface: 'slack' }),
  );
  const { logger } = p.t.context;
  session = openBotSession({
    apiUrl: p.api.url,
    botKey: text,
    publicUrl: 'http://quarry.test',
    logger,
    homeName: async (id) => `The team ${id}`,
  });
});
afterAll(() => p.close());

let clicks = 0;

/** What the bot says to a person of a team; the first person of a team owns it. It can be drawn in both chats, or this throws. */
async function say(team: string, given: Record<string, string>, options: { user?: string; name?: string } = {}) {
  const caller = {
    surface: 'slack',
    homeId: team,
    channelId: 'C1',
    userId: options.user ?? 'U1',
    displayName: options.user ?? 'Olga',
  } as const;
  const name = options.name ?? 'bounty-setup plan';
  const view = await runCommand(session, { name, given, caller, idempotencyKey: `click-${(clicks += 1)}` });
  if (view.kind !== 'message') throw new Error('It was answered with a form');
  renderForSlack(view);
  renderForDiscord(view);
  return view;
}

function press(team: string, view: MessageView, label: string): Promise<MessageView> {
  const action = view.actions?.find((one) => one.label.includes(label));
  if (action === undefined || !('command' in action))
    throw new Error(`No button "${label}" among ${view.actions?.map((one) => one.label).join(', ')}`);
  return say(team, action.options, { name: action.command });
}

function urlOf(view: MessageView, label: string): string {
  const action = view.actions?.find((one) => one.label.includes(label));
  if (action === undefined || !('url' in action)) throw new Error(`No link "${label}"`);
  return action.url;
}

const fieldOf = (view: MessageView, label: string) => view.fields?.find((one) => one.label === label)?.value;

async function subscribe(team: string): Promise<void> {
  const page = await press(team, await press(team, await say(team, {}), 'Upgrade to Pro'), 'Go on to pay');
  await p.visit(urlOf(page, 'Pay 49.00 USD'), { outcome: 'paid' });
  await p.settle();
}

describe('/bounty-setup plan', () => {
  it('shows the plan with its use and price, and upgrades after the exact figures', async () => {
    const view = await say('T-NEW', {});
    expect(view.title).toBe('The team T-NEW is on Free');
    expect(fieldOf(view, 'Rewards')).toBe('Under 100.00 USD or its equivalent');
    expect(fieldOf(view, 'A month')).toBe('0.00 USD');
    expect(urlOf(view, 'All plans')).toBe('http://quarry.test/pricing');
    const preview = await press('T-NEW', view, 'Upgrade to Pro, 49.00 USD a month');
    expect(preview.title).toBe('49.00 USD now');
    expect(fieldOf(preview, 'Each month from then on')).toBe('49.00 USD');
    await subscribe('T-NEW');
    const after = await say('T-NEW', {});
    expect(after.title).toBe('The team T-NEW is on Pro');
    expect(fieldOf(after, 'Rewards')).toBe('Of any size');
    expect(after.body?.join(' ')).toMatch(/The next 49\.00 USD are charged .* UTC/);
  });

  it('adds and gives up an add-on for exactly the figures of the preview', async () => {
    await subscribe('T-ADD');
    const preview = await press('T-ADD', await say('T-ADD', {}), 'Add Priority executions, 29.00 USD a month');
    const due = fieldOf(preview, 'Due now') ?? '';
    expect(due).toMatch(/^2[89]\.\d\d USD$/);
    const done = await press('T-ADD', preview, `Pay ${due}`);
    expect(done.title).toBe('The team T-ADD has Pro with Priority executions');
    expect(fieldOf(done, 'Charged now')).toBe(due);
    const less = await press('T-ADD', await say('T-ADD', {}), 'Give up Priority executions');
    expect(less.title).toBe('Nothing is charged now');
    expect(fieldOf(less, 'Credit for later invoices')).toMatch(/^2[89]\.\d\d USD$/);
    expect((await press('T-ADD', less, 'Change it')).title).toBe('The team T-ADD has Pro');
  });

  it('goes down to Free at the end of the month, and takes it back', async () => {
    await subscribe('T-END');
    const preview = await press('T-END', await say('T-END', {}), 'Go down to Free');
    expect(preview.body?.join(' ')).toContain('nothing is given back');
    const ended = await press('T-END', preview, 'Go down to Free');
    expect(ended.title).toBe('Your plan ends');
    const back = await press('T-END', ended, 'Take it back');
    expect(fieldOf(back, 'Charged now')).toBe('0.00 USD');
    expect((await press('T-END', back, 'Keep it for 49.00 USD a month')).title).toBe('Your plan goes on');
  });

  it('leads to the card and the invoices, and to the one that is open when a payment failed', async () => {
    await subscribe('T-PAY');
    const card = await press('T-PAY', await say('T-PAY', {}), 'Change the card');
    await p.visit(urlOf(card, 'Change the card'), { outcome: 'saved', card: '0341' });
    const { id } = await p.t
      .database('subscriptions as s')
      .join('workspaces as w', 'w.id', 's.workspace_id')
      .where('w.name', 'The team T-PAY')
      .first('s.id');
    await p.renew(id);
    const view = await say('T-PAY', {});
    expect(view.tone).toBe('warning');
    expect(view.body?.join(' ')).toMatch(/A payment failed\. The plan goes on until .*\(in \d days\)/);
    expect((await press('T-PAY', view, 'Invoices')).table?.rows).toHaveLength(2);
    await p.visit(urlOf(view, 'Pay the open invoice'), { outcome: 'paid' });
    await p.settle();
    expect((await say('T-PAY', {})).tone).toBe('neutral');
  });

  it('shows the plan to members and lets them change nothing', async () => {
    await subscribe('T-ALL');
    const view = await say('T-ALL', {}, { user: 'U2' });
    expect(view.actions?.map(({ label }) => label)).toEqual(['All plans']);
    for (const change of ['upgrade', 'priority_on', 'cancel', 'keep', 'card', 'invoices'])
      expect((await say('T-ALL', { do: change, confirm: 'yes' }, { user: 'U2' })).tone).toBe('bad');
  });

  it('is one button away from a refusal', async () => {
    await say('T-FREE', {});
    const refused = await say(
      'T-FREE',
      {
        title: 'A large one',
        brief: 'Do it.',
        reward: '500 USD',
        deadline: 'in 7 days',
        cases: 'private "a" => "b"',
      },
      { name: 'bounty post' },
    );
    expect(refused.title).toBe('Your plan does not allow that');
    expect(refused.body?.join(' ')).toContain('Pro has no such limit (49.00 USD a month)');
    expect((await press('T-FREE', refused, 'See the plan')).title).toBe('The team T-FREE is on Free');
  });
});
