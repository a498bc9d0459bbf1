import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient } from '../../api/client/create-client.ts';
import { openMarket, type Market } from '../../api/bounties/market-fixture.ts';
import { makeAccount } from '../../tests/support/factories.ts';
import { renderForm as renderInDiscord } from '../discord/render-form.ts';
import { renderForm as renderInSlack } from '../slack/render-form.ts';
import { bountyCard } from '../views/bounty-card.ts';
import { help } from '../views/help.ts';
import type { FormView, MessageView } from '../views/view.ts';
import { bountyPost } from './bounty-post.ts';
import { OptionProblem, readOptions, type Call } from './command.ts';
import { commands } from './commands.ts';
import { readTyped } from './read-typed.ts';

let market: Market;
beforeAll(async () => {
  market = await openMarket();
});
afterAll(() => market.close());

const typed = 'post title:"Sort the mail" brief:"Sort it." reward:"500 USD" cases:"private 1 => 2"';

/** Posts a draft as somebody typed it. Answers what they are told, and the bounty as it is then. */
async function post(line: string) {
  const poster = await makeAccount(market.t, 'Poster');
  const api = createClient({ apiUrl: market.api.url, credential: poster.key });
  const { command, given } = readTyped('bounty', line, commands);
  let id = '';
  const view = (await command.run({
    api,
    options: readOptions(command, given),
    idempotencyKey: 'one',
    followHere: async (bountyId: string) => void (id = bountyId),
  } as unknown as Call<never>)) as MessageView;
  return { view, bounty: await api.bounties.show(id) };
}

describe('the days to decide of a bounty that is posted in chat', () => {
  it('are those that were asked for, said in the answer and on the card', async () => {
    const { view, bounty } = await post(`${typed} review_days:3`);
    expect(bounty.reviewDays).toBe(3);
    expect(Date.parse(bounty.decideBy) - Date.parse(bounty.deadline)).toBe(3 * 86_400_000);
    expect(JSON.stringify(view)).toContain('3 days after the deadline');
    expect(bountyCard(bounty, [], Date.now()).fields).toContainEqual({
      label: 'Review',
      value: expect.stringMatching(/^3 days, until /),
    });
  });

  it('are seven when nothing was said', async () => {
    expect((await post(typed)).bounty.reviewDays).toBe(7);
  });

  it.each(['0', '31', '1.5', '-2', 'a week'])('are not %s, and the sentence says what to write', (given) => {
    const option = bountyPost.options['review_days'];
    expect(() => option?.read(given)).toThrow(OptionProblem);
    expect(() => option?.read(given)).toThrow('from 1 to 30');
  });

  it('are a field of the form in Slack; in Discord, which shows five, they are kept as they were typed', () => {
    const form = bountyPost.form?.({ review_days: '3' }) as FormView;
    const inSlack = renderInSlack(form, 'C1').blocks.flatMap((block) => (block.type === 'input' ? [block] : []));
    expect(inSlack.map(({ block_id: id }) => id)).toContain('review_days');
    expect(inSlack.at(-1)).toMatchObject({ optional: true, element: { initial_value: '3' } });
    const inDiscord = renderInDiscord(form).toJSON();
    expect(inDiscord.components).toHaveLength(5);
    expect(inDiscord.custom_id).toBe('bounty post?review_days=3');
  });

  it('are explained in the help', () => {
    const { fields } = help(commands, 'post');
    expect(fields).toContainEqual({ label: 'review_days (optional)', value: expect.stringContaining('1 to 30') });
  });
});
