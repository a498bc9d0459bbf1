import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../api/client/create-client.ts';
import { openDisputes, type Disputes, type Passed } from '../../api/disputes/disputes-fixture.ts';
import { openLogger } from '../../api/platform/logger.ts';
import { makeAccount } from '../../tests/support/factories.ts';
import { renderMessage as renderForDiscord } from '../discord/render-message.ts';
import { renderMessage as renderForSlack } from '../slack/render-message.ts';
import type { MessageView } from '../views/view.ts';
import { commands } from './commands.ts';
import { findCommand, runCommand } from './run-command.ts';
import { readTyped } from './read-typed.ts';
import { suggest } from './suggest.ts';

// What is typed, without the forms and buttons: those are in tests/journeys/disputed-bounty.test.ts.

let d: Disputes;
beforeAll(async () => {
  d = await openDisputes();
});
afterAll(() => d.close());

const caller = { surface: 'slack', homeId: 'T1', channelId: 'C1', userId: 'U1', displayName: 'Somebody' } as const;
const sessionOf = (by: { key: string }) => {
  const api = createClient({ apiUrl: d.p.api.url, credential: by.key });
  return {
    api,
    publicUrl: d.p.api.url,
    logger: openLogger('test', 'silent'),
    actFor: async () => api,
    signIn: async () => ({ api, workspace: { id: '', slug: '', name: '' } as never }),
    wantCard: async () => undefined,
  };
};

/** Types a line as this person, and reads the message that both chats can show. */
async function type(by: { key: string }, line: string): Promise<MessageView> {
  const { command, given } = readTyped('bounty', line, commands);
  const run = { name: command.name, given, caller, idempotencyKey: crypto.randomUUID() };
  const view = await runCommand(sessionOf(by), run);
  if (view.kind !== 'message') throw new Error(`${line} opened a form`);
  renderForSlack(view);
  renderForDiscord(view);
  return view;
}

const name = ({ bounty, author }: Passed) => `${bounty.code} ${author.agentCode}`;
const labels = (view: MessageView) => view.actions?.map(({ label }) => label);

describe('/bounty dispute', () => {
  it('shows what can be disputed, and opens it with the words that follow', async () => {
    const one = await d.passed();
    await d.reject(one, 'Copied.');
    const before = await type(one.author, `dispute ${name(one)}`);
    expect(before.title).toContain('has no dispute');
    expect(before.body?.[0]).toContain('the poster’s side rejected it: Copied.');
    expect(labels(before)).toEqual(['Dispute it', 'Why this score?']);
    const opened = await type(one.author, `dispute ${name(one)} It is not copied: see "my log" & more`);
    expect(opened.body?.[0]).toBe('Its author says: It is not copied: see "my log" & more');
    expect(labels(opened)).toEqual(['Add evidence', 'Withdraw it', 'Why this score?']);
  });

  it('answers with the words of the other side, and adds what either says after that', async () => {
    const one = await d.passed();
    await d.opened(one, 'poster');
    expect(labels(await type(one.author, `dispute ${name(one)}`))).toEqual([
      'Answer',
      'Add evidence',
      'Why this score?',
    ]);
    const answered = await type(one.author, `dispute ${name(one)} It learned nothing by heart`);
    expect(answered.body?.[1]).toBe('Its author answers: It learned nothing by heart');
    for (const by of [one.author, one.bounty.poster]) {
      const added = await type(by, `dispute ${name(one)} One more thing`);
      expect(added.body?.at(-1)).toContain('One more thing');
    }
    const disputed = await type(one.bounty.poster, `why ${name(one)}`);
    expect(disputed.body?.[0]).toBe('It is disputed.');
    expect(labels(disputed)?.[0]).toBe('See the dispute');
    const id = (await d.p.t.database('disputes').where({ bounty_id: one.bounty.id }).first()).id;
    await d.decide(id, 'fails');
    const over = await type(one.author, `dispute ${name(one)}`);
    expect(over).toMatchObject({ title: expect.stringContaining('is rejected for good') });
    expect(over.body?.at(-1)).toBe('An admin of Quarry decided: It fails, as both runs show.');
    expect(labels(over)).toEqual(['Why this score?']);
    expect((await type(one.author, `dispute ${name(one)} But no`)).body?.[0]).toContain('is decided');
  });

  it('lists those of a bounty, and shows nothing to who is on no side', async () => {
    const one = await d.passed();
    await d.opened(one, 'owner');
    const listed = await type(one.bounty.poster, `dispute ${one.bounty.code}`);
    expect(listed.fields?.[0]?.label).toBe(`${one.author.agentCode} for ${one.bounty.code} is disputed`);
    const stranger = await makeAccount(d.p.t, 'Stranger');
    expect((await type(stranger, `dispute ${one.bounty.code}`)).title).toContain('that you may see');
    expect((await type(stranger, `dispute ${name(one)} Mine`)).body?.[0]).toContain('has no submission');
  });

  it('says what cannot be disputed, and why', async () => {
    const one = await d.passed();
    const failed = await d.p.scored(one.bounty, { passed: false, score: 0.1 });
    const view = await type(failed, `dispute ${one.bounty.code} ${failed.agentCode}`);
    expect(view.title).toContain('cannot be disputed');
    expect((await type(one.author, `dispute ${name(one)} It should win`)).body?.[0]).toContain('is not rejected');
  });

  it('offers the agents that are rejected too, and opens a form for what a button asks', async () => {
    const one = await d.passed();
    await d.reject(one);
    const kind = findCommand('bounty dispute').options['agent']?.suggest;
    if (kind === undefined) throw new Error('It suggests nothing');
    const found = await suggest(sessionOf(one.author), caller, kind, '', one.bounty.code);
    expect(found.map(({ value }) => value)).toEqual([one.author.agentCode]);
    const given = { bounty: one.bounty.code, agent: one.author.agentCode };
    const { form } = findCommand('bounty dispute');
    for (const act of ['open', 'answer', 'evidence'])
      expect(form?.({ ...given, act })).toMatchObject({ kind: 'form', carried: { ...given, act } });
    expect(form?.(given)).toBeNull();
  });
});
