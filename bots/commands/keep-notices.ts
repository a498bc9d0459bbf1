import { noticeView } from '../views/notice.ts';
import type { MessageView } from '../views/view.ts';
import type { BotSession } from './bot-session.ts';
import { PermanentDeliveryProblem } from './keep-cards.ts';

/** How a chat tells one person something in private. Throws PermanentDeliveryProblem when they cannot be told. */
export type SendNotice = (userId: string, view: MessageView) => Promise<void>;

const lookAgainMs = 15_000;

/** Tells people what waits for them, every 15 s. `close` waits for what is being told. */
export function keepNotices(session: BotSession, send: SendNotice): { close(): Promise<void> } {
  let running: Promise<void> | null = null;
  const wake = () => {
    running ??= tellAll(session, send).finally(() => (running = null));
  };
  const timer = setInterval(wake, lookAgainMs);
  wake();
  return {
    async close() {
      clearInterval(timer);
      await running;
    },
  };
}

/** Tells everything that waits now. */
export async function tellAll(session: BotSession, send: SendNotice): Promise<void> {
  try {
    for (;;) {
      const { data } = await session.api.chat.claimNotices();
      if (data.length === 0) return;
      for (const notice of data) {
        const { id, leaseToken } = notice;
        try {
          await send(notice.userId, noticeView(notice));
          await session.api.chat.settleNotice(id, { leaseToken });
        } catch (error) {
          session.logger.warn({ err: error, notice: id }, 'a notice could not be told');
          const failed = (error instanceof Error ? error.message : String(error)).slice(0, 500);
          const permanent = error instanceof PermanentDeliveryProblem;
          await session.api.chat.settleNotice(id, { leaseToken, failed, permanent });
        }
      }
    }
  } catch (error) {
    session.logger.warn({ err: error }, 'notices could not be looked for; looking again soon');
  }
}
