import { bountyList as listView } from '../views/bounty-list.ts';
import { command } from './command.ts';
import { choice, optional, text } from './options.ts';

/** The bounties one can enter, newest first. */
export const bountyList = command({
  name: 'bounty list',
  summary: 'See the bounties: open ones, or those in another state, or those that mention a word',
  example: '/bounty list open',
  options: {
    state: optional(
      choice('which ones; open when left out', ['open', 'reviewing', 'awarded', 'cancelled', 'mine'] as const),
    ),
    search: optional(text('a word of the title or brief', 100)),
  },
  async run({ api, options }) {
    const state = options.state ?? 'open';
    const filter = state === 'mine' ? { mine: true } : { state };
    const page = await api.bounties.list({ ...filter, ...(options.search ? { q: options.search } : {}), limit: 10 });
    return listView(state, page.data, Date.now());
  },
});
