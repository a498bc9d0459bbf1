import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../api/client/create-client.ts';
import { openLogger } from '../../api/platform/logger.ts';
import { openPayments, type Payments } from '../../api/payments/payments-fixture.ts';
import { runCommand } from '../../bots/commands/run-command.ts';
import { renderMessage as renderForDiscord } from '../../bots/discord/render-message.ts';
import { renderMessage as renderForSlack } from '../../bots/slack/render-message.ts';
import type { Action, MessageView } from '../../bots/views/view.ts';
import { makeAccount } from '../support/factories.ts';

let p: Payments;
beforeAll(async () => {
  p = await openPayments();
});
afterAll(() => p.close());

type Person = { key: string };

/** Says a command as this person, and reads the message that both chats can show. */
async function say(by: Person, name: string, given: Record<string, string>): Promise<MessageView> {
  const api = createClient({ apiUrl: p.api.url, credential: by.key });
  const session = {
    api,
    publicUrl: p.api.url,
    logger: openLogger('test', 'silent'),
    actFor: async () => api,
    signIn: async () => ({ api, workspace: { id: '', slug: '', name: '' } as never }),
    wantCard: async () => undefined,
  };
  const caller = { surface: 'slack', homeId: 'T1', channelId: 'C1', userId: 'U1', displayName: 'Somebody' } as const;
  const view = await runCommand(session, { name, given, caller, idempotencyKey: crypto.randomUUID() });
  if (view.kind !== 'message') throw new Error(`${name} opened a form`);
  renderForSlack(view);
  renderForDiscord(view);
  return view;
}

function buttonOf(view: MessageView, label: RegExp): Extract<Action, { command: string }> {
  const found = view.actions?.find((action) => label.test(action.label));
  if (found === undefined || !('command' in found))
    throw new Error(`No button ${label} in ${JSON.stringify(view.actions)} of "${view.title}"`);
  return found;
}

/** Presses a button: just what it carries comes back. */
async function press(by: Person, view: MessageView, label: RegExp): Promise<MessageView> {
  const { command, options } = buttonOf(view, label);
  return say(by, command, options);
}

async function payOn(view: MessageView): Promise<void> {
  const page = view.actions?.find((action) => 'url' in action);
  if (page === undefined || !('url' in page)) throw new Error(`"${view.title}" has no page to pay on`);
  await p.visit(page.url, { outcome: 'paid' });
  await p.settle();
}

const textOf = (view: MessageView) => JSON.stringify(view);

describe('a boost in chat', () => {
  it('shows every figure, is paid after one confirmation, and is on the card', async () => {
    const bounty = await p.funded();
    const by = await makeAccount(p.t, 'Booster');
    const preview = await say(by, 'bounty boost', { bounty: bounty.code, amount: '1,000.00 USD' });
    expect(preview.title).toBe(`Boost ${bounty.code} by 1,000.00 USD: 1,150.00 USD in all`);
    expect(textOf(preview)).toContain('The reward becomes 1,100.00 USD.');
    await payOn(await press(by, preview, /^Go on to pay 1,150\.00 USD$/));
    const card = await say(by, 'bounty show', { bounty: bounty.code });
    expect(textOf(card)).toContain('1,100.00 USD, 1,000.00 USD of it added by others');
    const cancel = await say(bounty.poster, 'bounty cancel', { bounty: bounty.code });
    expect(cancel.fields).toEqual([
      { label: 'Back to Poster', value: '115.00 USD' },
      { label: 'Back to Booster', value: '1,150.00 USD' },
    ]);
  });

  it('says what to do when it is refused', async () => {
    const bounty = await p.funded();
    const by = await makeAccount(p.t, 'Booster');
    const refused = await say(by, 'bounty boost', { bounty: bounty.code, amount: '5 EUR' });
    expect(textOf(refused)).toContain(`${bounty.code} is paid in USD. Give an amount in USD.`);
  });
});

describe('a tip in chat', () => {
  it('says before that it is not given back, and reaches the author', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const fan = await makeAccount(p.t, 'Fan');
    const given = { bounty: bounty.code, agent: winner.agentCode, amount: '5 USD' };
    const preview = await say(fan, 'bounty tip', given);
    expect(textOf(preview)).toContain('A tip is not given back');
    expect(preview.fields).toContainEqual({ label: 'Fee', value: '0.00 USD' });
    await payOn(await press(fan, preview, /^Go on to pay 5\.00 USD$/));
    expect(p.transfersOf(bounty.id).map(({ amount }) => amount)).toEqual([500]);
    const own = await say(winner, 'bounty tip', given);
    expect(textOf(own)).toContain('is your own agent');
  });
});

describe('an award in chat', () => {
  it('of a split shows every share in one preview and pays all with one confirmation', async () => {
    const bounty = await p.funded({ mode: 'split' });
    const [one, two] = [await p.scored(bounty), await p.scored(bounty, { score: 0.9 })];
    const asked = await say(bounty.poster, 'bounty award', { bounty: bounty.code });
    expect(asked.title).toBe(`Who shares ${bounty.code}, and how?`);
    const preview = await say(bounty.poster, 'bounty award', {
      bounty: bounty.code,
      shares: `${one.agentCode}=60, ${two.agentCode}: 40%`,
    });
    expect(preview.title).toBe(`Award ${bounty.code} to 2 agents?`);
    expect(preview.fields?.map(({ value }) => value)).toEqual(['60.00 USD', '40.00 USD', '15.00 USD']);
    const [done, again] = [
      await press(bounty.poster, preview, /^Pay 100\.00 USD$/),
      await press(bounty.poster, preview, /^Pay 100\.00 USD$/),
    ];
    await p.settle();
    expect(done.title).toBe(`${bounty.code} is awarded to 2 agents`);
    expect(again.title).toBe(done.title);
    expect(
      p
        .transfersOf(bounty.id)
        .map(({ amount }) => amount)
        .toSorted((a, b) => a - b),
    ).toEqual([4_000, 6_000]);
  });

  it('of places needs no names: the best that passed are in the preview, in order', async () => {
    const bounty = await p.funded({ mode: 'places', places: [50, 30, 20] });
    const [second, first] = [await p.scored(bounty, { score: 0.8 }), await p.scored(bounty, { score: 0.9 })];
    await p.scored(bounty, { score: 1, passed: false });
    const preview = await say(bounty.poster, 'bounty award', { bounty: bounty.code });
    expect(preview.fields?.map(({ label, value }) => [label.slice(0, 3), value])).toEqual([
      ['To ', '50.00 USD'],
      ['To ', '30.00 USD'],
      ['Fee', '12.00 USD'],
      ['Bac', '23.00 USD'],
    ]);
    expect(preview.fields?.[0]?.label).toContain(first.agentCode);
    expect(preview.fields?.[1]?.label).toContain(second.agentCode);
    await press(bounty.poster, preview, /^Pay 80\.00 USD$/);
    expect((await p.read(bounty)).state).toBe('awarded');
  });

  it('is refused when a boost has arrived since, and by who does not manage the bounty', async () => {
    const bounty = await p.funded();
    const winner = await p.scored(bounty);
    const given = { bounty: bounty.code, agent: winner.agentCode };
    const preview = await say(bounty.poster, 'bounty award', given);
    const by = await makeAccount(p.t, 'Booster');
    await payOn(await press(by, await say(by, 'bounty boost', { bounty: bounty.code, amount: '5 USD' }), /^Go on/));
    const stale = await press(bounty.poster, preview, /^Pay/);
    expect(textOf(stale)).toContain('have changed since you saw them. Look at them again.');
    expect((await p.read(bounty)).state).toBe('open');
    const stranger = await press(winner, await say(bounty.poster, 'bounty award', given), /^Pay/);
    expect(stranger.title).toBe('You may not do that');
  });
});

describe('funding in chat', () => {
  it('says until when to decide, what happens then, and how long money can be held', async () => {
    const draft = await p.draft();
    const preview = await say(draft.poster, 'bounty fund', { bounty: draft.code });
    expect(textOf(preview)).toMatch(/Decide until .* UTC: then the best agent that passed is paid by itself/);
    expect(textOf(preview)).toMatch(/Money can be held until .* UTC at most/);
  });
});
