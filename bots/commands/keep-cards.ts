import type { CardWire } from '../../api/client/wire-types.ts';
import { openStream } from '../../api/client/open-stream.ts';
import { bountyCard } from '../views/bounty-card.ts';
import type { MessageView } from '../views/view.ts';
import type { BotSession } from './bot-session.ts';

/** How a chat draws a card: posts it, or edits the one it posted before. Throws PermanentDeliveryProblem when the place is gone. */
export type DrawCard = (card: CardWire, view: MessageView) => Promise<{ messageRef: string; threadRef: string | null }>;

/** The channel is gone, or closed to us: trying again cannot help. */
export class PermanentDeliveryProblem extends Error {}

const lookAgainMs = 15_000;

/**
 * Keeps every card of this bot's chat true: draws when the stream tells of a change, and looks by itself every 15 s, so that a
 * lost message is a delay and not a loss. `close` waits for the drawing under way.
 */
export function keepCards(
  session: BotSession,
  options: { apiUrl: string; botKey: string; draw: DrawCard },
): { close(): Promise<void> } {
  let running: Promise<void> | null = null;
  let again = false;
  let closed = false;

  function wake(): void {
    if (closed) return;
    if (running !== null) {
      again = true;
      return;
    }
    running = drawAll().finally(() => {
      running = null;
      if (!again) return;
      again = false;
      wake();
    });
  }

  async function drawAll(): Promise<void> {
    try {
      for (;;) {
        const { data } = await session.api.chat.claimCards({ limit: 10 });
        if (data.length === 0 || closed) return;
        for (const card of data) await drawOne(session, card, options.draw);
      }
    } catch (error) {
      session.logger.warn({ err: error }, 'cards could not be claimed; looking again soon');
    }
  }

  const stream = openStream({
    apiUrl: options.apiUrl,
    credential: options.botKey,
    topics: ['bounties'],
    onEvent: wake,
    onState: (state) => state === 'live' && wake(),
  });
  const timer = setInterval(wake, lookAgainMs);
  wake();
  return {
    async close() {
      closed = true;
      clearInterval(timer);
      stream.close();
      await running;
    },
  };
}

async function drawOne(session: BotSession, card: CardWire, draw: DrawCard): Promise<void> {
  const { id, leaseToken } = card;
  try {
    const bounty = await session.api.bounties.show(card.bountyCode);
    const board = await session.api.bounties.board(card.bountyCode);
    const drawn = await draw(card, bountyCard(bounty, board.data, Date.now()));
    await session.api.chat.settleCard(id, { leaseToken, drawnVersion: card.version, ...drawn });
  } catch (error) {
    session.logger.warn({ err: error, bounty: card.bountyCode }, 'a card could not be drawn');
    const permanent = error instanceof PermanentDeliveryProblem;
    const failed = (error instanceof Error ? error.message : String(error)).slice(0, 500);
    await session.api.chat.settleCard(id, { leaseToken, failed, permanent }).catch((problem: unknown) => {
      session.logger.warn({ err: problem }, 'the failure could not be stored; the lease ends by itself');
    });
  }
}
